package dev.openidclient.resource

import dev.openidclient.token.TokenResponse
import dev.openidclient.tokensource.TokenSource

/**
 * A [TokenSource] that also answers what a resource server challenges, as with more scopes or another sign-in of the
 * person: a [ResourceAccess] sends a request without a token where there is none yet, and asks it what a refusal is
 * worth. [InteractiveTokens][dev.openidclient.agent.InteractiveTokens] is one.
 */
public interface ChallengeHandler : TokenSource {
    /**
     * A token for a request to [url] that is usable now; null where there is none yet, or none for [url]: the request
     * then goes out without one, and the answer says what is missing. Throws as [token] does where there ought to be one
     * and it cannot be had.
     */
    public suspend fun tokenFor(url: String): TokenResponse?

    /**
     * Does what [refused] asks for, and returns whether the request is worth another send; false: the answer is the
     * caller's. Throws where it cannot be done, and the caller of the request gets that.
     */
    public suspend fun answer(refused: ChallengedRequest): Boolean
}

/** A request that a resource server has answered with a challenge. */
public class ChallengedRequest internal constructor(
    public val method: String,
    public val url: String,
    public val challenge: AccessChallenge,
    /** What the request was sent with; null: without a token. */
    public val tokens: TokenResponse?,
    /** The challenges that the same request was answered with before, each followed by another send; the first one first. */
    public val earlier: List<AccessChallenge>,
) {
    override fun toString(): String = "ChallengedRequest($method, $challenge, ${earlier.size} before)"
}
