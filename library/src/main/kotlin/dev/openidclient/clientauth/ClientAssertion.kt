package dev.openidclient.clientauth

import dev.openidclient.jose.randomValue
import kotlinx.serialization.json.JsonPrimitive

/**
 * The JWT by which a client authenticates ([RFC 7523 §3](https://www.rfc-editor.org/rfc/rfc7523#section-3)): new for
 * each request.
 */
internal object ClientAssertion {
    private const val TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    private const val LIFETIME_SECONDS = 60

    /** The audience is the issuer, as one string: a token endpoint's URL could be another server's (RFC 7523bis §4). */
    fun claims(request: ClientAuthenticationRequest): Map<String, JsonPrimitive> {
        val now = request.time.epochSecond
        return linkedMapOf(
            "jti" to JsonPrimitive(randomValue()),
            "aud" to JsonPrimitive(request.server.issuer),
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
    ) {
        request.parameter("client_id", request.client.clientId)
        request.parameter("client_assertion_type", TYPE)
        request.parameter("client_assertion", assertion)
    }
}
