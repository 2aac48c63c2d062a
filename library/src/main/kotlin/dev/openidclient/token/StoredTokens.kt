package dev.openidclient.token

import dev.openidclient.jose.Base64Url
import dev.openidclient.json.StoredMembers
import dev.openidclient.json.StoredMembers.Companion.document
import dev.openidclient.json.StoredMembers.Companion.nonEmptyText
import dev.openidclient.json.StoredMembers.Companion.texts
import dev.openidclient.json.boolean
import dev.openidclient.json.parseJson
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.DateTimeException
import java.time.Duration
import java.time.Instant

/** [TokenResponse] as a document to store, and back. What can be told from the rest of it is left out. */
internal object StoredTokens {
    private const val WHAT = "the encoded token response"
    private const val VERSION = "v1."
    private const val JSON = "json"
    private const val RECEIVED_AT = "received_at"
    private const val EXPIRES_IN = "expires_in"
    private const val TOKEN_TYPE = "token_type"
    private const val ISSUER = "iss"
    private const val CLIENT_ID = "client_id"
    private const val REFRESH_TOKEN = TokenResponse.REFRESH_TOKEN
    private const val REFRESH_TOKEN_EXPIRES_AT = "refresh_token_expires_at"
    private const val ID_TOKEN = "id_token"
    private const val CLAIMS = "claims"
    private const val FIRST_CLAIMS = "first_claims"
    private const val SCOPE = "scope"
    private const val FIRST_SCOPE = "first_scope"
    private const val RESOURCE = "resource"
    private val MEMBERS =
        setOf(
            JSON,
            RECEIVED_AT,
            EXPIRES_IN,
            TOKEN_TYPE,
            ISSUER,
            CLIENT_ID,
            REFRESH_TOKEN,
            REFRESH_TOKEN_EXPIRES_AT,
            ID_TOKEN,
            CLAIMS,
            FIRST_CLAIMS,
            SCOPE,
            FIRST_SCOPE,
            RESOURCE,
        )

    fun encode(tokens: TokenResponse): String = VERSION + Base64Url.encode(write(tokens).toString().encodeToByteArray())

    fun decode(encoded: String): TokenResponse {
        require(encoded.startsWith(VERSION)) {
            "not encoded tokens of a version that is known here: they must start with \"$VERSION\""
        }
        val json = Base64Url.decode(encoded.drop(VERSION.length))?.let(::parseJson) as? JsonObject
        return read(requireNotNull(json) { "$WHAT is damaged: it is not base64url of a JSON object" })
    }

    fun write(tokens: TokenResponse): JsonObject {
        val kept = tokens.kept
        val idToken = kept.idToken
        val claims = idToken.claims?.json
        val firstClaims = idToken.firstClaims?.json
        return StoredMembers.write(
            JSON to tokens.json,
            RECEIVED_AT to JsonPrimitive(tokens.receivedAt.toString()),
            EXPIRES_IN to tokens.expiresIn?.let { JsonPrimitive(it.toString()) },
            TOKEN_TYPE to JsonPrimitive(tokens.tokenType),
            ISSUER to JsonPrimitive(tokens.issuer),
            CLIENT_ID to JsonPrimitive(tokens.clientId),
            REFRESH_TOKEN to
                kept.refreshToken?.takeIf { it != textIn(tokens.json, REFRESH_TOKEN) }?.let(::JsonPrimitive),
            REFRESH_TOKEN_EXPIRES_AT to kept.refreshTokenExpiresAt?.let { JsonPrimitive(it.toString()) },
            ID_TOKEN to idToken.text?.takeIf { it != textIn(tokens.json, ID_TOKEN) }?.let(::JsonPrimitive),
            CLAIMS to claims?.takeIf { it != payload(idToken.text) },
            FIRST_CLAIMS to firstClaims?.let { if (it == claims) JsonPrimitive(true) else it },
            SCOPE to kept.scope?.let(::JsonPrimitive),
            FIRST_SCOPE to kept.firstScope?.takeIf { it != kept.scope }?.let(::JsonPrimitive),
            RESOURCE to StoredMembers.array(kept.resource),
        )
    }

    fun read(json: JsonObject): TokenResponse {
        val stored = StoredMembers(WHAT, json)
        stored.requireKnown(MEMBERS)
        val answer = stored.required(JSON, ::document)
        requireTokens(answer)
        val scope = stored.optional(SCOPE, ::text)
        return TokenResponse(
            answer,
            stored.required(RECEIVED_AT, ::instant),
            stored.optional(EXPIRES_IN, ::duration),
            stored.required(TOKEN_TYPE, ::nonEmptyText),
            TokenOwner(stored.required(ISSUER, ::text), stored.required(CLIENT_ID, ::text)),
            KeptTokens(
                stored.optional(REFRESH_TOKEN, ::nonEmptyText) ?: textIn(answer, REFRESH_TOKEN),
                stored.optional(REFRESH_TOKEN_EXPIRES_AT, ::instant),
                idToken(stored, answer),
                scope,
                stored.optional(FIRST_SCOPE, ::text) ?: scope,
                stored.optional(RESOURCE, ::texts).orEmpty(),
            ),
        )
    }

    /** Whoever reads a member of the answer relies on its type. */
    private fun requireTokens(answer: JsonObject) {
        val members = StoredMembers(WHAT, JsonObject(answer.filterValues { it !is JsonNull }))
        members.required("access_token", ::nonEmptyText)
        members.optional(REFRESH_TOKEN, ::text)
        members.optional(ID_TOKEN, ::text)
        members.optional(SCOPE) { text(it) ?: texts(it) }
    }

    private fun idToken(
        stored: StoredMembers,
        answer: JsonObject,
    ): KeptIdToken {
        val text = stored.optional(ID_TOKEN, ::nonEmptyText) ?: textIn(answer, ID_TOKEN)
        val claims = stored.optional(CLAIMS, ::document) ?: payload(text)
        val firstClaims =
            stored.optional(FIRST_CLAIMS) { document(it) ?: if (boolean(it) == true) claims else null }
        return KeptIdToken(
            text,
            claims?.let { IdTokenClaims(it, text.orEmpty()) },
            firstClaims?.let { IdTokenClaims(it, text.orEmpty()) },
        )
    }

    private fun textIn(
        json: JsonObject,
        name: String,
    ): String? = json[name]?.let(::nonEmptyText)

    /** The claims of a signed ID Token; null of an encrypted one. */
    private fun payload(idToken: String?): JsonObject? {
        val parts = idToken?.split('.') ?: return null
        if (parts.size != JWS_PARTS) return null
        return Base64Url.decode(parts[1])?.let(::parseJson) as? JsonObject
    }

    private fun instant(element: JsonElement): Instant? = parsed(element, Instant::parse)

    private fun duration(element: JsonElement): Duration? =
        parsed(element, Duration::parse)?.takeUnless { it.isNegative }

    private inline fun <T : Any> parsed(
        element: JsonElement,
        parse: (String) -> T,
    ): T? =
        try {
            text(element)?.let(parse)
        } catch (_: DateTimeException) {
            null
        }

    private const val JWS_PARTS = 3
}
