package dev.openidclient.token

import dev.openidclient.client.Leniency
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.printable
import dev.openidclient.jose.Jwt
import dev.openidclient.json.CharacterSet
import dev.openidclient.json.MemberReader
import dev.openidclient.json.kind
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import java.time.Duration
import java.time.Instant
import java.util.Locale

private const val BEARER = "bearer"
private val TOKEN_TYPES = setOf(BEARER, "dpop")

/** The answer of the token endpoint, read and validated, with the ID Token that came with it. */
internal class ReadTokens(
    val response: TokenResponse,
    val idToken: Jwt?,
)

/** The ID Token in the token response [json]; an empty one is none. */
internal fun idTokenIn(json: JsonObject): String? = text(json["id_token"])?.ifEmpty { null }

/** Checks the members of a token response but for its ID Token and its type, and returns the lifetime. */
internal fun checkTokenMembers(
    json: JsonObject,
    leniency: Leniency = Leniency.NONE,
): Duration? {
    val read = MemberReader(json) { InvalidResponseException(ErrorCode.INVALID_RESPONSE, "token response: $it") }
    requireVisible("access_token", read.requiredString("access_token"))
    if (!lacksAssumedType(json, leniency)) requireType(json, read)
    read.optionalNonEmptyString("refresh_token")?.let { requireVisible("refresh_token", it) }
    read.optionalString("id_token")
    read.optionalScope("scope")
    return read.optionalLifetime("expires_in")
}

private fun requireType(
    json: JsonObject,
    read: MemberReader,
) {
    if (!lacksType(json)) {
        read.requiredString("token_type")
        return
    }
    throw InvalidResponseException(
        ErrorCode.INVALID_RESPONSE,
        "token response: \"token_type\" must be a non-empty string, but is ${kind(json["token_type"])}: " +
            "where the server always leaves it out, assumeBearer() in the settings takes that for bearer",
    )
}

private fun lacksType(json: JsonObject): Boolean = json["token_type"].let { it == null || it is JsonNull }

private fun lacksAssumedType(
    json: JsonObject,
    leniency: Leniency,
): Boolean = leniency.isBearerAssumed && lacksType(json)

/** What the `token_type` of [json] stands for, in lower case. */
private fun tokenTypeOf(
    json: JsonObject,
    leniency: Leniency,
): String {
    if (lacksAssumedType(json, leniency)) return BEARER
    val type = text(json["token_type"]).orEmpty().lowercase(Locale.ROOT)
    return leniency.tokenTypeAliases[type] ?: type
}

/** RFC 6749 Appendix A: VSCHAR. */
private val VISIBLE = CharacterSet(' '..'~')

/** RFC 6749 Appendix A.12 and A.17. What else there is could not be sent in a header. */
private fun requireVisible(
    name: String,
    token: String,
) {
    if (VISIBLE.hasAllOf(token)) return
    throw InvalidResponseException(
        ErrorCode.INVALID_RESPONSE,
        "token response: \"$name\" must have visible ASCII characters only (RFC 6749 Appendix A)",
    )
}

/**
 * Reads the document [json] of the token endpoint ([RFC 6749
 * §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)), whose ID Token, opened if it was encrypted, is [idToken].
 * The token type is judged last, so that an ID Token that may not be trusted is reported first.
 */
internal fun readTokenResponse(
    json: JsonObject,
    receivedAt: Instant,
    idTokenValidation: IdTokenValidation,
    extraTokenTypes: Set<String> = emptySet(),
    earlier: TokenResponse? = null,
    idToken: String? = idTokenIn(json),
    asked: AskedFor = AskedFor(),
): ReadTokens {
    val leniency = idTokenValidation.leniency
    val expiresIn = checkTokenMembers(json, leniency)
    val jwt = idToken?.let { idTokenValidation.validate(it, text(json["access_token"])) }
    val claims = jwt?.let { IdTokenClaims(it.payload, text(json["id_token"]).orEmpty()) }
    val type = tokenTypeOf(json, leniency)
    val owner = idTokenValidation.owner
    val kept = KeptTokens.of(json, receivedAt, claims, earlier, asked)
    val response = TokenResponse(json, receivedAt, expiresIn, type, owner, kept)
    if (response.tokenType !in TOKEN_TYPES && response.tokenType !in extraTokenTypes) {
        throw UnsupportedFeatureException(
            "the token type \"${printable(response.tokenType)}\" is not supported: ${advice(response.tokenType)}",
        )
    }
    return ReadTokens(response, jwt)
}

private fun advice(tokenType: String): String =
    when (tokenType) {
        NOT_APPLICABLE -> "it is no access token, which only tokenExchangeGrant takes"
        else -> "where it is a name of the server's own for bearer, say tokenTypeAlias(…) in the settings"
    }
