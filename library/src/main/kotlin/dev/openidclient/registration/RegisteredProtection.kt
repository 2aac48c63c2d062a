package dev.openidclient.registration

import dev.openidclient.error.printable
import dev.openidclient.jose.AlgorithmRule
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.json.text
import dev.openidclient.metadata.ClientMetadata
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

private val RS256 = JsonPrimitive("RS256")
private val A128CBC_HS256 = JsonPrimitive("A128CBC-HS256")
private val FALSE = JsonPrimitive(false)

/**
 * The members that a server must register just as they were asked for, with what holds where its answer leaves one out:
 * [OpenID Connect Registration §2](https://openid.net/specs/openid-connect-registration-1_0.html#ClientMetadata),
 * [JARM §3](https://openid.net/specs/oauth-v2-jarm-final.html), [RFC 9701
 * §6](https://www.rfc-editor.org/rfc/rfc9701#section-6), RFC 8705 §3.4, RFC 9449 §5.2.
 */
private val DEFAULTS: Map<String, JsonPrimitive?> =
    mapOf(
        "id_token_signed_response_alg" to RS256,
        "authorization_signed_response_alg" to RS256,
        "introspection_signed_response_alg" to RS256,
        "userinfo_signed_response_alg" to null,
        "id_token_encrypted_response_alg" to null,
        "authorization_encrypted_response_alg" to null,
        "introspection_encrypted_response_alg" to null,
        "userinfo_encrypted_response_alg" to null,
        "id_token_encrypted_response_enc" to A128CBC_HS256,
        "authorization_encrypted_response_enc" to A128CBC_HS256,
        "introspection_encrypted_response_enc" to A128CBC_HS256,
        "userinfo_encrypted_response_enc" to A128CBC_HS256,
        "tls_client_certificate_bound_access_tokens" to FALSE,
        "dpop_bound_access_tokens" to FALSE,
    )

/** What a client demands of itself or of a sign-in, and goes on to demand whatever the server registered. */
private val OWN_DEMANDS =
    setOf("require_auth_time", "require_signed_request_object", "require_pushed_authorization_requests")

private const val MAX_AGE = "default_max_age"

/**
 * The metadata of a client for which the server answered [answer] where [asked] was wanted: what the answer leaves to
 * the standard's default is named in it, and nothing that protects the client is less than asked for. Throws
 * [IllegalArgumentException] where the server registered something else.
 */
internal fun registeredMetadata(
    answer: JsonObject,
    asked: ClientMetadata,
): ClientMetadata {
    for (member in DEFAULTS.keys) requireAsked(member, present(asked.json, member) ?: continue, answer)
    val judged = DEFAULTS.keys + OWN_DEMANDS + MAX_AGE
    val named = answer.filterNot { (member, value) -> value is JsonNull && member in judged }
    val kept = asked.json.filter { (member, _) -> member in DEFAULTS && present(answer, member) == null }
    val own = asked.json.filter { (member, value) -> member in OWN_DEMANDS && value == JsonPrimitive(true) }
    return ClientMetadata(JsonObject(named + kept + own + maxAge(ClientMetadata(JsonObject(named)), asked)))
}

private fun requireAsked(
    member: String,
    asked: JsonElement,
    answer: JsonObject,
) {
    val named = present(answer, member)
    val registered = named ?: DEFAULTS[member]
    require(isSame(asked, registered)) {
        val found = registered?.let { printable(it.toString()) } ?: "none"
        val origin = if (named == null && registered != null) ", the default where the answer does not name it" else ""
        "client metadata \"$member\" must be ${printable(asked.toString())}, as asked for, but is $found$origin"
    }
}

private fun isSame(
    asked: JsonElement,
    registered: JsonElement?,
): Boolean {
    if (asked == registered) return true
    // what is not signed at all is what a server sends by default
    if (registered == null) return text(asked) == AlgorithmRule.NONE
    return JwsAlgorithm.same(text(asked) ?: return false, text(registered) ?: return false)
}

private fun maxAge(
    registered: ClientMetadata,
    asked: ClientMetadata,
): Map<String, JsonElement> {
    val wanted = asked.defaultMaxAge ?: return emptyMap()
    val isKept = registered.defaultMaxAge?.let { it <= wanted } == true
    return if (isKept) emptyMap() else mapOf(MAX_AGE to JsonPrimitive(wanted.seconds))
}

private fun present(
    members: JsonObject,
    name: String,
): JsonElement? = members[name].takeUnless { it is JsonNull }
