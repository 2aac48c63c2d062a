package dev.openidclient.resource

import dev.openidclient.dpop.Dpop
import dev.openidclient.error.MASK
import dev.openidclient.http.HttpHeaders
import dev.openidclient.token.TokenResponse
import dev.openidclient.tokensource.TokenSource

/**
 * What authorizes one send of a request to a resource server, made by [ResourceAccess.authorize] for it alone: a DPoP
 * proof is of use once. What is answered goes to [ResourceAccess.judge] with this.
 */
public class ResourceAuthorization internal constructor(
    /**
     * To be set on the request: `authorization`, and `dpop` where the token is bound to a key. Empty where the source is
     * a [ChallengeHandler] that has no token yet.
     */
    public val headers: HttpHeaders,
    internal val method: String,
    internal val token: UsedToken,
    internal val url: AllowedUrl,
    internal val before: SentBefore,
) {
    /** The scheme of the header `authorization`: `Bearer` or `DPoP`; null where there is no token yet. */
    public val scheme: String? get() = token.scheme

    /** What the next send knows of those before it; null unless the answer was judged [Verdict.SEND_AGAIN]. */
    @Volatile
    internal var again: SentBefore? = null

    override fun toString(): String =
        "ResourceAuthorization(${scheme?.let { "$it $MASK" } ?: "no token yet"}, ${url.origin})"
}

/** The token of a request, and whose it is. */
internal class UsedToken(
    val source: TokenSource,
    /** Null: there is none yet. */
    val tokens: TokenResponse?,
    /** The key of the client, whatever the token is; null: it has none. */
    val dpop: Dpop?,
) {
    val scheme: String?
        get() =
            when {
                tokens == null -> null
                tokens.isSenderConstrained -> DPOP
                else -> BEARER
            }

    private companion object {
        const val BEARER = "Bearer"
        const val DPOP = "DPoP"
    }
}

/** What is to be done with the answer of a resource server. */
public enum class Verdict {
    /** It is the caller's, as it came. */
    DELIVER,

    /** It is to be left alone, and the request to be authorized and sent once more. */
    SEND_AGAIN,
}
