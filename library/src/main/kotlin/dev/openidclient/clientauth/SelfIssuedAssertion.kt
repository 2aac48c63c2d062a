package dev.openidclient.clientauth

import dev.openidclient.jose.randomValue
import kotlinx.serialization.json.JsonPrimitive

/**
 * The JWT that a client makes to authenticate ([RFC 7523 §3](https://www.rfc-editor.org/rfc/rfc7523#section-3)): new for
 * each request.
 */
internal object SelfIssuedAssertion {
    /**
     * The `typ` of its header, so that it does not pass for another JWT ([RFC 10070
     * §4](https://www.rfc-editor.org/rfc/rfc10070#section-4)).
     */
    const val HEADER_TYPE: String = "client-authentication+jwt"

    private const val LIFETIME_SECONDS = 60

    fun claims(
        request: ClientAuthenticationRequest,
        audience: Audience = Audience.ISSUER,
    ): Map<String, JsonPrimitive> {
        val now = request.time.epochSecond
        return linkedMapOf(
            "jti" to JsonPrimitive(randomValue()),
            "aud" to JsonPrimitive(audience.of(request)),
            "exp" to JsonPrimitive(now + LIFETIME_SECONDS),
            "iat" to JsonPrimitive(now),
            "nbf" to JsonPrimitive(now),
            "iss" to JsonPrimitive(request.client.clientId),
            "sub" to JsonPrimitive(request.client.clientId),
        )
    }

    fun addTo(
        request: ClientAuthenticationRequest,
        assertion: String,
        type: String = ClientAssertion.JWT_BEARER,
    ) {
        request.parameter("client_id", request.client.clientId)
        request.parameter("client_assertion_type", type)
        request.parameter("client_assertion", assertion)
    }
}
