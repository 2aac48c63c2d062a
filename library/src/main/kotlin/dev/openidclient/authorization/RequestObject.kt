package dev.openidclient.authorization

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.http.Parameters
import dev.openidclient.jose.ModifyAssertion
import dev.openidclient.jose.SigningKey
import dev.openidclient.jose.algorithmFor
import dev.openidclient.jose.randomValue
import dev.openidclient.jose.signCompact
import dev.openidclient.json.parseJson
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

private const val LIFETIME_SECONDS = 60

/**
 * Puts the parameters of [request] into a request object signed with [key] ([RFC 9101
 * §4](https://www.rfc-editor.org/rfc/rfc9101#section-4)); the URL of the result has that and `client_id`. It lives 60
 * seconds: send the browser, or [push] it, at once. [modifyAssertion] may change header and claims.
 *
 * Sends nothing, but a remote key is asked. Throws [UnsupportedFeatureException] where the key cannot sign;
 * [IllegalArgumentException] where the request is signed or pushed already, or another client's, or the key's algorithm
 * is not one of the security profile's.
 */
public suspend fun OpenIdClient.sign(
    request: AuthorizationRequest,
    key: SigningKey,
    modifyAssertion: ModifyAssertion? = null,
): AuthorizationRequest {
    val requestObject = requestObject(request, key, modifyAssertion)
    val parameters = Parameters.of("request" to requestObject, "client_id" to clientId)
    return requestWith(parameters, request.pending, isSigned = true)
}

private suspend fun OpenIdClient.requestObject(
    request: AuthorizationRequest,
    key: SigningKey,
    modifyAssertion: ModifyAssertion?,
): String {
    requireOwn(request)
    require("request" !in request.parameters && "request_uri" !in request.parameters) {
        "the request is signed or pushed already: sign first, then push"
    }
    val algorithm = key.algorithmFor(server.requestObjectSigningAlgValuesSupported)
    configuration.profile?.checkAlgorithm("a request object must be signed with", algorithm)
    val header =
        listOfNotNull(
            "alg" to JsonPrimitive(algorithm),
            "typ" to JsonPrimitive("oauth-authz-req+jwt"),
            key.keyId?.let { "kid" to JsonPrimitive(it) },
        ).toMap()
    return key.signCompact(header, claims(request.parameters), modifyAssertion)
}

private fun OpenIdClient.claims(parameters: Parameters): Map<String, JsonElement> {
    val now = time.now
    return parameters.names.associateWith { claim(it, parameters.all(it)) } +
        linkedMapOf(
            "client_id" to JsonPrimitive(clientId),
            "jti" to JsonPrimitive(randomValue()),
            "aud" to JsonPrimitive(server.issuer),
            "exp" to JsonPrimitive(now + LIFETIME_SECONDS),
            "iat" to JsonPrimitive(now),
            "nbf" to JsonPrimitive(now),
            "iss" to JsonPrimitive(clientId),
        )
}

/** RFC 9101 §4: numbers and objects are of their JSON types, not strings. */
private fun claim(
    name: String,
    values: List<String>,
): JsonElement {
    val value = values.last()
    return when (name) {
        "resource" -> if (values.size > 1) JsonArray(values.map(::JsonPrimitive)) else JsonPrimitive(value)
        "max_age" ->
            JsonPrimitive(
                requireNotNull(
                    value.toLongOrNull()?.takeIf {
                        it >= 0
                    },
                ) { "max_age must be a number of seconds, 0 or more" },
            )
        "claims" -> requireNotNull(parsed(name, value) as? JsonObject) { "parameter \"claims\" must be a JSON object" }
        "authorization_details" ->
            requireNotNull(
                parsed(name, value) as? JsonArray,
            ) { "parameter \"authorization_details\" must be a JSON array" }
        else -> JsonPrimitive(value)
    }
}

private fun parsed(
    name: String,
    value: String,
): JsonElement = requireNotNull(parseJson(value)) { "parameter \"$name\" must be JSON" }
