package dev.openidclient.token

import dev.openidclient.authorization.IdTokenHolder
import dev.openidclient.client.AuthorizationDetail
import dev.openidclient.http.Secrets
import dev.openidclient.json.JsonMembers
import dev.openidclient.json.endOf
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Clock
import java.time.Duration
import java.time.Instant

/**
 * What the token endpoint issued ([RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1), [OpenID Connect
 * Core §3.1.3.3](https://openid.net/specs/openid-connect-core-1_0.html#TokenResponse)); unknown members survive in
 * [json]. Holds secrets, which `toString` does not show.
 *
 * The page `docs/tokens.md` shows what to keep of it.
 */
public class TokenResponse internal constructor(
    json: JsonObject,
    /** When the answer was processed here. */
    public val receivedAt: Instant,
    /**
     * `expires_in` as it was sent: the whole life of the access token, from [receivedAt]; null where the server does
     * not say. What is left of it is [remainingLifetime].
     */
    public val expiresIn: Duration?,
    /** `token_type` in lower case, or what the settings say that it stands for: `bearer`, `dpop`, or `n_a`. */
    public val tokenType: String,
    internal val owner: TokenOwner,
    internal val kept: KeptTokens,
) : JsonMembers(json, "TokenResponse", isOwn = true),
    IdTokenHolder {
    /** The issuer whose token endpoint answered, as its metadata names it: the tokens are of no use at another one. */
    override val issuer: String = owner.issuer

    /** The client that the tokens were issued to: no other one may use them. */
    public val clientId: String = owner.clientId

    /** `access_token` */
    public val accessToken: String = read.requiredString("access_token")

    /** `refresh_token`; after a refresh that issued none, the one that was used, which stays valid (RFC 6749 §6). */
    public val refreshToken: String? get() = kept.refreshToken

    /**
     * `refresh_token_expires_in` (draft-ietf-oauth-refresh-token-expiration), or `refresh_expires_in`, as it was sent:
     * how long the refresh token of this answer lives, from [receivedAt]. Null where the server does not say, or says
     * that it has no end. [refreshTokenExpiresAt] knows it after a refresh too.
     */
    public val refreshTokenExpiresIn: Duration? get() = KeptTokens.refreshTokenLifetime(json)

    /** When [refreshToken] expires, by this machine's clock; null where the server did not say. */
    public val refreshTokenExpiresAt: Instant? get() = kept.refreshTokenExpiresAt

    /** The `resource` that the token request named (RFC 8707 §2.2): a refresh of these tokens names them again. */
    public val resource: List<String> get() = kept.resource

    /** `scope` as it came: space-separated; null where it is as requested. See [scopes]. */
    public val scope: String? get() = read.optionalScope("scope")

    /**
     * What the access token is for, which may be less than was asked for: [scope], or, where the server did not send
     * it, what the request asked for ([RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)), and after a
     * refresh that asked for none the scopes of the first grant (§6).
     *
     * Null where the server did not send it and the request named none, or was the caller's own
     * ([AuthorizationCodeChecks][dev.openidclient.authorization.AuthorizationCodeChecks]), or where a refresh token came
     * alone: then it is what was asked for.
     */
    public val scopes: Set<String>? get() = kept.scope?.split(' ')?.filter(String::isNotEmpty)?.toSet()

    /** `issued_token_type` of a token exchange (RFC 8693 §2.2.1). */
    public val issuedTokenType: String? get() = read.optionalString("issued_token_type")

    /**
     * `authorization_details`: what the access token is for ([RFC 9396
     * §7](https://www.rfc-editor.org/rfc/rfc9396#section-7)).
     */
    public val authorizationDetails: List<AuthorizationDetail>?
        get() = AuthorizationDetail.listOf(read.optionalArray("authorization_details"))

    /** `id_token` as it came, to be sent as `id_token_hint`; after a refresh that issued none, the earlier one. */
    override val idToken: String? get() = kept.idToken.text

    /** The validated claims of [idToken]. */
    public val claims: IdTokenClaims? get() = kept.idToken.claims

    /** Those of the sign-in itself, where an ID Token came with it; a refreshed one may have fewer. */
    internal val firstClaims: IdTokenClaims? get() = kept.idToken.firstClaims

    /**
     * Whether the access token is bound to a key of the client: false for a bearer token, also where DPoP was asked
     * for.
     */
    public val isSenderConstrained: Boolean get() = tokenType == "dpop"

    /** When the access token expires, by this machine's clock; null where the server does not say. */
    public val expiresAt: Instant?
        get() = expiresIn?.let { endOf(it, receivedAt) }

    /**
     * How long the access token still lives, in whole seconds: zero once it has expired, null where the server does not
     * say.
     */
    @JvmOverloads
    public fun remainingLifetime(clock: Clock = Clock.systemUTC()): Duration? =
        left(clock)?.let { if (it.isNegative) Duration.ZERO else Duration.ofSeconds(it.seconds) }

    /**
     * Whether the access token has expired once [within] has passed, so that it is time for another one; false where
     * the server does not say. Throws [IllegalArgumentException] where [within] is negative.
     */
    @JvmOverloads
    public fun isExpiring(
        within: Duration,
        clock: Clock = Clock.systemUTC(),
    ): Boolean {
        require(!within.isNegative) { "within must not be negative, but is $within" }
        return left(clock)?.let { it <= within } == true
    }

    private fun left(clock: Clock): Duration? = expiresAt?.let { Duration.between(clock.instant(), it) }

    /**
     * These tokens as one string of URL-safe characters, for [decode]: with their [issuer] and [clientId], so that they
     * can be used nowhere else, and with what a refresh needs of the first sign-in. It holds secrets, neither encrypted
     * nor protected against changes: keep it where nobody else can read or change it.
     */
    public fun encode(): String = StoredTokens.encode(this)

    /**
     * The same with another refresh token, which the server issued in place of the one of these tokens; [expiresAt] is
     * its end, null where that is not known.
     */
    internal fun withRefreshToken(
        refreshToken: String,
        expiresAt: Instant? = null,
    ): TokenResponse {
        val json = JsonObject(json + (REFRESH_TOKEN to JsonPrimitive(refreshToken)))
        return TokenResponse(json, receivedAt, expiresIn, tokenType, owner, kept.with(refreshToken, expiresAt))
    }

    override fun equals(other: Any?): Boolean =
        super.equals(
            other,
        ) && other is TokenResponse && receivedAt == other.receivedAt && tokenType == other.tokenType &&
            issuer == other.issuer && clientId == other.clientId && kept == other.kept

    override fun hashCode(): Int = super.hashCode()

    override val shown: Set<String> get() = setOf("token_type", "expires_in", "scope", "issued_token_type")

    /** A server may repeat a token anywhere, as in its type. */
    override fun shownValue(
        name: String,
        value: JsonElement,
    ): String = Secrets.ofAnswer(json).mask(super.shownValue(name, value))

    public companion object {
        internal const val REFRESH_TOKEN = "refresh_token"

        /**
         * Reads what [encode] wrote. Throws [IllegalArgumentException] for anything else, also for what a later version
         * wrote; no message shows any of it. Nothing is validated anew: it was before it was encoded.
         */
        @JvmStatic
        public fun decode(encoded: String): TokenResponse = StoredTokens.decode(encoded)
    }
}

/** Whom tokens belong to: the client [clientId] of the server [issuer]. */
internal class TokenOwner(
    val issuer: String,
    val clientId: String,
)
