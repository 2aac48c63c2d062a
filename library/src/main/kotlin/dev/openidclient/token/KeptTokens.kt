package dev.openidclient.token

import dev.openidclient.json.MemberReader
import dev.openidclient.json.endOf
import dev.openidclient.json.lifetime
import kotlinx.serialization.json.JsonObject
import java.time.Duration
import java.time.Instant

/**
 * What tokens have of their own answer or, where it says nothing, of the request and of the tokens that they were
 * refreshed from.
 */
internal class KeptTokens(
    val refreshToken: String?,
    /** When [refreshToken] ends; null where the server does not say. */
    val refreshTokenExpiresAt: Instant?,
    val idToken: KeptIdToken,
    /** Space-separated: of the access token; null where it is not known. */
    val scope: String?,
    /** Space-separated: what the person granted at the beginning; a later refresh may have asked for less of it. */
    val firstScope: String?,
    val resource: List<String>,
) {
    fun with(
        refreshToken: String,
        expiresAt: Instant?,
    ): KeptTokens = KeptTokens(refreshToken, expiresAt, idToken, scope, firstScope, resource)

    override fun equals(other: Any?): Boolean =
        other is KeptTokens && refreshToken == other.refreshToken && idToken.text == other.idToken.text &&
            scope == other.scope && resource == other.resource

    override fun hashCode(): Int = refreshToken.hashCode()

    companion object {
        /** Non-standard members of several servers. */
        private val REFRESH_LIFETIMES = listOf("refresh_expires_in", "refresh_token_expires_in")

        fun of(
            json: JsonObject,
            receivedAt: Instant,
            ownClaims: IdTokenClaims?,
            earlier: TokenResponse?,
            asked: AskedFor,
        ): KeptTokens {
            val read = MemberReader(json) { error(it) } // the members are checked before
            val refreshToken = read.optionalNonEmptyString(TokenResponse.REFRESH_TOKEN)
            val scope = read.optionalScope("scope") ?: asked.scope
            val firstScope = if (earlier == null) scope else earlier.kept.firstScope
            return KeptTokens(
                refreshToken ?: earlier?.refreshToken ?: asked.refreshToken,
                refreshTokenEnd(json, receivedAt)
                    ?: if (refreshToken == null) earlier?.kept?.refreshTokenExpiresAt else null,
                KeptIdToken.of(read.optionalNonEmptyString("id_token"), ownClaims, earlier, asked),
                scope ?: firstScope,
                firstScope,
                asked.resource,
            )
        }

        private fun refreshTokenEnd(
            json: JsonObject,
            receivedAt: Instant,
        ): Instant? = refreshTokenLifetime(json)?.let { endOf(it, receivedAt) }

        /** Zero says "without end", as Keycloak's offline tokens do. */
        fun refreshTokenLifetime(json: JsonObject): Duration? =
            REFRESH_LIFETIMES
                .firstNotNullOfOrNull { name -> json[name]?.let(::lifetime) }
                ?.takeUnless { it.isZero }
    }
}

/** The ID Token that tokens came with, or that the first of them came with. */
internal class KeptIdToken(
    val text: String?,
    /** The validated claims of [text]. */
    val claims: IdTokenClaims?,
    /** Those of the sign-in itself, where an ID Token came with it; a refreshed one may have fewer. */
    val firstClaims: IdTokenClaims?,
) {
    companion object {
        fun of(
            text: String?,
            ownClaims: IdTokenClaims?,
            earlier: TokenResponse?,
            asked: AskedFor,
        ): KeptIdToken =
            KeptIdToken(
                text ?: earlier?.idToken,
                ownClaims ?: earlier?.claims,
                if (earlier == null) ownClaims.takeIf { asked.refreshToken == null } else earlier.firstClaims,
            )
    }
}
