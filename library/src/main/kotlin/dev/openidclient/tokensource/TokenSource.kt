package dev.openidclient.tokensource

import dev.openidclient.error.OAuthException
import dev.openidclient.token.TokenResponse
import java.time.Instant

/**
 * Always a usable token, or an exception: where a service calls another one, it asks for [token] before each call.
 *
 * [ClientCredentialsTokens], [UserTokens] and [ExchangedTokens] make sources that keep tokens and renew them in time,
 * once for all callers; [of] makes one of whatever else brings tokens. A program may implement it too. Safe for any
 * number of coroutines and threads at once.
 */
public interface TokenSource {
    /**
     * A token that is usable now. Throws [OAuthException] where there is none to be had;
     * [IllegalStateException] where the source is closed. Who is cancelled stops waiting; a renewal that has begun goes
     * on for the others.
     */
    public suspend fun token(): TokenResponse

    /**
     * Says that a resource server refuses the access token of [tokens] (401, `invalid_token`), so that the next [token]
     * is another one. Without effect where the source has another one already, or was told so a moment ago. Returns at
     * once.
     */
    public fun invalidate(tokens: TokenResponse)

    /** How things stand, without a request: for health checks. */
    public fun state(): TokenState

    public companion object {
        /**
         * A source of what [obtain] brings: kept, renewed in time and once for all callers, with back-off where
         * [obtain] fails. [obtain] runs in the source's own coroutines, one at a time.
         */
        public fun of(
            configure: CustomTokensSettings.() -> Unit = {},
            obtain: suspend () -> TokenResponse,
        ): CustomTokens = CustomTokens(CustomTokensSettings().apply(configure), obtain)
    }
}

/** How a [TokenSource] stands. */
public sealed interface TokenState {
    /** Nobody has asked yet. */
    public object Unused : TokenState {
        override fun toString(): String = "UNUSED"
    }

    /** There is a token, and no reason for another one. */
    public object Fresh : TokenState {
        override fun toString(): String = "FRESH"
    }

    /** There is a usable token, to be renewed by now. */
    public object Stale : TokenState {
        override fun toString(): String = "STALE"
    }

    /** There is none; the next call brings one. */
    public object Expired : TokenState {
        override fun toString(): String = "EXPIRED"
    }

    /** The last attempt to get one failed. */
    public class Failing(
        /** When the first attempt failed that no success has followed. */
        public val since: Instant,
        /** One of [ErrorCode][dev.openidclient.error.ErrorCode]; `OTHER` where a program's own source failed. */
        public val code: String,
        /** Whether there is a token all the same, which is usable for some more time. */
        public val hasUsableToken: Boolean,
    ) : TokenState {
        override fun toString(): String = "FAILING(since $since, $code)"
    }
}
