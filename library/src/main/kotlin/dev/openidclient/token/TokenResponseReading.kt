package dev.openidclient.token

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.printable
import dev.openidclient.jose.Jwt
import dev.openidclient.json.kind
import dev.openidclient.json.seconds
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration
import java.time.Instant

private val TOKEN_TYPES = setOf("bearer", "dpop")

/** The answer of the token endpoint, read and validated, with the ID Token that came with it. */
internal class ReadTokens(
    val response: TokenResponse,
    val idToken: Jwt?,
)

/**
 * Reads the document [json] of the token endpoint ([RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)). The token
 * type is judged last, so that an ID Token that may not be trusted is reported first.
 */
internal fun readTokenResponse(
    json: JsonObject,
    receivedAt: Instant,
    idTokenValidation: IdTokenValidation,
    extraTokenTypes: Set<String> = emptySet(),
    earlier: TokenResponse? = null,
): ReadTokens {
    for (name in listOf("access_token", "token_type")) requireString(json, name)
    val expiresIn = json["expires_in"]?.let { lifetime("expires_in", it) }
    for (name in listOf("refresh_token", "id_token")) if (name in json) requireString(json, name)
    if ("scope" in json && text(json["scope"]) == null) throw violation("scope", "a string", json["scope"])
    val idToken = text(json["id_token"])?.let { idTokenValidation.validate(it, text(json["access_token"])) }
    val response = TokenResponse(json, receivedAt, idToken?.let { IdTokenClaims(it.claims) }, expiresIn, earlier)
    if (response.tokenType !in TOKEN_TYPES + extraTokenTypes) {
        throw UnsupportedFeatureException("the token type \"${printable(response.tokenType)}\" is not supported")
    }
    return ReadTokens(response, idToken)
}

private fun requireString(
    json: JsonObject,
    name: String,
) {
    if (text(json[name]).isNullOrEmpty()) throw violation(name, "a non-empty string", json[name])
}

/**
 * A lifetime in seconds, from a number or from text that starts with one: servers send `3600`, `"3600"` and worse
 * ([RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)).
 */
internal fun lifetime(
    name: String,
    element: JsonElement,
): Duration =
    leadingNumber(textOf(element))?.takeIf { it >= 0 }?.let(::seconds)
        ?: throw violation(name, "a number of seconds, 0 or more", element)

private fun textOf(element: JsonElement): String =
    when (element) {
        is JsonPrimitive -> element.content
        is JsonArray -> element.firstOrNull()?.let(::textOf).orEmpty()
        is JsonObject -> ""
    }

/** The number at the start of [text], after white space: sign, digits, fraction, exponent. */
private fun leadingNumber(text: String): Double? =
    LEADING_NUMBER.find(text.trimStart())?.value?.toDoubleOrNull()?.takeIf(Double::isFinite)

private val LEADING_NUMBER = Regex("^[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?")

private fun violation(
    name: String,
    rule: String,
    found: JsonElement?,
) = InvalidResponseException(ErrorCode.INVALID_RESPONSE, "token response: \"$name\" must be $rule, but is ${kind(found)}")
