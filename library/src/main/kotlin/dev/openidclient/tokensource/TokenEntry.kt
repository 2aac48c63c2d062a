package dev.openidclient.tokensource

import dev.openidclient.json.StoredMembers
import dev.openidclient.json.StoredMembers.Companion.document
import dev.openidclient.json.StoredMembers.Companion.wholeNumber
import dev.openidclient.json.boolean
import dev.openidclient.json.parseJson
import dev.openidclient.json.text
import dev.openidclient.token.StoredTokens
import dev.openidclient.token.TokenResponse
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Instant

/** What the token store has of one session, or of whoever else tokens are kept for. */
internal class TokenEntry(
    val tokens: TokenResponse,
    /** The thumbprint of the DPoP key that the access token is bound to; null where it is bound to none. */
    val thumbprint: String?,
    /**
     * Of one sign-in, by whatever refreshes: what was issued for narrower scopes is of no use after another one. Null
     * where nobody has signed in.
     */
    val signIn: String? = null,
    val doubt: Doubt? = null,
    /** Whether the access token is of before an answer that was refused here: it is handed out no more. */
    val isRefused: Boolean = false,
) {
    fun inDoubt(doubt: Doubt): TokenEntry = TokenEntry(tokens, thumbprint, signIn, doubt, isRefused)

    /** The text for the store. Throws [IllegalArgumentException] where the tokens are too long to be kept. */
    fun encode(): String {
        val json =
            StoredMembers.write(
                VERSION to JsonPrimitive(CURRENT),
                TOKENS to StoredTokens.write(tokens),
                THUMBPRINT to thumbprint?.let(::JsonPrimitive),
                SIGN_IN to signIn?.let(::JsonPrimitive),
                DOUBT to doubt?.let { JsonPrimitive(it.since.epochSecond) },
                ABANDONED to doubt?.abandonedAt?.let { JsonPrimitive(it.epochSecond) },
                REFUSED to if (isRefused) JsonPrimitive(true) else null,
            )
        val encoded = json.toString()
        require(encoded.length <= MOST_CHARACTERS) {
            "the tokens need ${encoded.length} characters, but an entry may have $MOST_CHARACTERS"
        }
        return encoded
    }

    companion object {
        private const val WHAT = "the stored entry"
        private const val VERSION = "v"
        private const val CURRENT = 1L
        private const val TOKENS = "tokens"
        private const val THUMBPRINT = "jkt"
        private const val SIGN_IN = "sign_in"
        private const val DOUBT = "doubt_since"
        private const val ABANDONED = "abandoned"
        private const val REFUSED = "refused"
        private val MEMBERS = setOf(VERSION, TOKENS, THUMBPRINT, SIGN_IN, DOUBT, ABANDONED, REFUSED)

        /** 64 KiB */
        private const val MOST_CHARACTERS = 64 * 1024

        private fun second(element: JsonElement): Instant? =
            wholeNumber(element)
                ?.takeIf { it in Instant.MIN.epochSecond..Instant.MAX.epochSecond }
                ?.let(Instant::ofEpochSecond)

        /** Reads what [encode] wrote; [IllegalArgumentException] for anything else. */
        fun decode(encoded: String): TokenEntry {
            val json = requireNotNull(parseJson(encoded) as? JsonObject) { "$WHAT is damaged: it is no JSON object" }
            val stored = StoredMembers(WHAT, json)
            require(
                stored.required(VERSION, ::wholeNumber) == CURRENT,
            ) { "$WHAT is of a version that is not known here" }
            stored.requireKnown(MEMBERS)
            return TokenEntry(
                StoredTokens.read(stored.required(TOKENS, ::document)),
                stored.optional(THUMBPRINT, ::text),
                stored.optional(SIGN_IN, ::text),
                stored.optional(DOUBT, ::second)?.let { Doubt(it, stored.optional(ABANDONED, ::second)) },
                stored.optional(REFUSED, ::boolean) ?: false,
            )
        }
    }
}

/** The refresh token was sent, and what became of it is not known. */
internal class Doubt(
    val since: Instant,
    /** When another instance that had sent it was found to be late: it may still be about to write what it got. */
    val abandonedAt: Instant?,
)
