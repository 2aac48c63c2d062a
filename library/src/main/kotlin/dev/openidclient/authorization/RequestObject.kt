package dev.openidclient.authorization

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.http.Parameters
import dev.openidclient.jose.Jwt
import dev.openidclient.jose.ModifyAssertion
import dev.openidclient.jose.SigningKey
import dev.openidclient.jose.algorithmFor
import dev.openidclient.jose.header
import dev.openidclient.jose.randomValue
import dev.openidclient.jose.signCompact
import dev.openidclient.json.parseJson
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

private const val LIFETIME_SECONDS = 60
private const val REQUEST_OBJECT_TYPE = "oauth-authz-req+jwt"

/**
 * Puts the parameters of [request] into a request object signed with [key] ([RFC 9101
 * §4](https://www.rfc-editor.org/rfc/rfc9101#section-4)). The URL of the result has that and `client_id`, and repeats
 * `response_type`, `redirect_uri` and, with `openid`, `scope` of it, as OpenID Connect and FAPI 1.0 servers demand
 * ([OpenID Connect Core §6.1](https://openid.net/specs/openid-connect-core-1_0.html#JWTRequests));
 * [AuthorizationRequest.requestObjectOnly] leaves those out, and so does [push]. It lives 60 seconds: send the browser,
 * or push it, at once. [modifyAssertion] may change header and claims.
 *
 * Sends nothing, but a remote key is asked. Throws [UnsupportedFeatureException] where the key cannot sign;
 * [IllegalArgumentException] where the request is signed or pushed already, or another client's, or the key's algorithm
 * is not one of the security profile's.
 *
 * The page `docs/fapi.md` shows it with the profiles that demand it.
 */
public suspend fun OpenIdClient.sign(
    request: AuthorizationRequest,
    key: SigningKey,
    modifyAssertion: ModifyAssertion? = null,
): AuthorizationRequest {
    requireOwn(request)
    require("request" !in request.parameters && "request_uri" !in request.parameters) {
        "the request is signed or pushed already: sign first, then push"
    }
    val algorithms = server.requestObjectSigningAlgValuesSupported
    val own = mapOf("client_id" to JsonPrimitive(clientId))
    val signed = signRequest(request.parameters, own, key, algorithms, REQUEST_OBJECT_TYPE, modifyAssertion)
    val parameters = Parameters.of("request" to signed, "client_id" to clientId)
    val bare = requestWith(parameters, request.pending, isSigned = true)
    return requestWith(parameters + repeated(signed), request.pending, isSigned = true, requestObjectOnly = bare)
}

/** What stands outside the request object [signed] too, with the values that it has inside. */
private fun repeated(signed: String): Parameters {
    val claims = Jwt.parse(signed, "request object").claims
    val scope = text(claims["scope"])?.takeIf { "openid" in it.split(' ') }
    val outside =
        listOf(
            "response_type" to text(claims["response_type"]),
            "scope" to scope,
            "redirect_uri" to text(claims["redirect_uri"]),
        )
    return Parameters.of(*outside.mapNotNull { (name, value) -> value?.let { name to it } }.toTypedArray())
}

/**
 * [parameters] and [own] as the claims of a JWT signed with [key]: a request object, or a signed backchannel
 * authentication request. [algorithms] are those that the server takes.
 */
internal suspend fun OpenIdClient.signRequest(
    parameters: Parameters,
    own: Map<String, JsonElement>,
    key: SigningKey,
    algorithms: List<String>?,
    type: String?,
    modifyAssertion: ModifyAssertion?,
): String {
    val algorithm = key.algorithmFor(algorithms)
    configuration.profile?.checkAlgorithm("a request object must be signed with", algorithm)
    return key.signCompact(key.header(algorithm, type), claims(parameters) + own, modifyAssertion)
}

private fun OpenIdClient.claims(parameters: Parameters): Map<String, JsonElement> {
    val now = time.now
    return parameters.names.associateWith { claim(it, parameters.all(it)) } +
        linkedMapOf(
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
        "max_age", "requested_expiry" ->
            JsonPrimitive(
                requireNotNull(
                    value.toLongOrNull()?.takeIf {
                        it >= 0
                    },
                ) { "$name must be a number of seconds, 0 or more" },
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
