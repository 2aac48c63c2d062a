package dev.openidclient.agent

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.client.ClientSource
import dev.openidclient.client.Connection
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.OwnCoroutines
import dev.openidclient.client.SourceTime
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TokenSourceException
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.shownUrl
import dev.openidclient.resource.AccessChallenge
import dev.openidclient.resource.ChallengeHandler
import dev.openidclient.resource.ChallengedRequest
import dev.openidclient.resource.RequestedScopes
import dev.openidclient.token.TokenResponse
import dev.openidclient.tokensource.TokenState
import kotlinx.coroutines.Job

/**
 * The tokens for one resource of which nothing but its [url] is known: who gives them is found from its metadata ([RFC
 * 9728](https://www.rfc-editor.org/rfc/rfc9728), [RFC 8414](https://www.rfc-editor.org/rfc/rfc8414)), a person agrees in
 * a browser, and what the resource asks for later, as more scopes or another sign-in ([RFC
 * 9470](https://www.rfc-editor.org/rfc/rfc9470)), is answered in the same way. They are kept and renewed as
 * [UserTokens][dev.openidclient.tokensource.UserTokens] does it.
 *
 * Many requests that need a person at the same time open one browser, and wait for it; who is cancelled stops waiting, and
 * nothing else. Where the resource refuses what was granted a moment ago, its answer is the caller's: nobody is asked
 * again and again.
 *
 * [McpAccess] is it for the Model Context Protocol. For other resources:
 * `ResourceAccess(tokens, tokens) { allow("https://api.example.com") }`. One for each resource and person, for the life of
 * the program; [close] it at the end. Safe for any number of coroutines and threads at once. The constructor throws
 * [IllegalArgumentException] where [url] is no absolute URL or not `https`, or the settings contradict themselves.
 */
public class InteractiveTokens internal constructor(
    url: String,
    private val settings: InteractiveTokensSettings,
) : ChallengeHandler,
    ClientSource,
    AutoCloseable {
    public constructor(
        url: String,
        configure: InteractiveTokensSettings.() -> Unit,
    ) : this(url, InteractiveTokensSettings().apply(configure))

    internal val target: AbsoluteUrl = resourceUrl(url, settings.checked())

    /** Of the resource, without a fragment. */
    public val url: String = target.withoutFragment

    internal val connection: Connection = settings.opened()
    private val coroutines = OwnCoroutines(settings.coroutineContext, "tokens of a resource")
    private val ending = OwnCoroutines(settings.coroutineContext.minusKey(Job), "end of the tokens of a resource")
    private val authorizer = Authorizer(this.url, settings, connection, coroutines)
    private val flight = AuthorizationFlight(coroutines, authorizer::isUsable, authorizer::authorize)
    private val limits = ChallengeLimits(SourceTime(connection.time.clock))

    /** Whether the program sends the browser itself. */
    private val isUrlThrown = settings.authorize == null && settings.service == null

    internal val known: KnownResource? get() = authorizer.current?.known
    internal val proofAlgorithms: List<String>? get() = known?.proofAlgorithms

    /**
     * A token that is usable now; where there is none, of the authorization that begins then. Throws what comes of that;
     * [AuthorizationRequiredException][dev.openidclient.error.AuthorizationRequiredException] where the program sends the
     * browser itself; [IllegalStateException] after [close].
     */
    override suspend fun token(): TokenResponse {
        tokenFor(url)?.let { return it }
        flight.fulfil(Wish(challenge = null))
        return tokenFor(url) ?: throw TokenSourceException(
            ErrorCode.SIGN_IN_REQUIRED,
            "the tokens for ${shownUrl(url)} that were just issued have expired, and cannot be renewed",
        )
    }

    // a token that is at hand costs no more than that of any other source: nothing is called after what may suspend
    override suspend fun tokenFor(url: String): TokenResponse? {
        requireOpen()
        val tokens = authorizer.current
        val usable = if (tokens != null && tokens.known.covers(url)) tokens.usable() else null
        return usable ?: laterFor(url)
    }

    private suspend fun laterFor(url: String): TokenResponse? {
        val tokens = authorizer.current ?: authorizer.restored() ?: return null
        if (!tokens.known.covers(url)) return null
        return tokens.token() ?: authorizer.reloaded()?.takeIf { it.known.covers(url) }?.token()
    }

    override fun invalidate(tokens: TokenResponse) {
        authorizer.current?.invalidate(tokens)
    }

    override fun state(): TokenState = authorizer.current?.state() ?: TokenState.Unused

    /** The client that the tokens are of. Throws [TokenSourceException] where none is known yet. */
    override suspend fun client(): OpenIdClient = authorizer.current?.client?.now ?: laterClient()

    private suspend fun laterClient(): OpenIdClient =
        (authorizer.current ?: authorizer.restored())?.client?.client()
            ?: throw TokenSourceException(
                ErrorCode.SIGN_IN_REQUIRED,
                "nobody is known yet who gives tokens for ${shownUrl(url)}: token() finds out",
            )

    override suspend fun answer(refused: ChallengedRequest): Boolean {
        requireOpen()
        val known = authorizer.current?.known
        if (known != null && !known.covers(refused.url)) return false
        return when (val challenge = refused.challenge) {
            is AccessChallenge.TokenRequired -> required(refused)
            is AccessChallenge.TokenRefused -> refused(refused)
            is AccessChallenge.StepUp -> steppedUp(refused, challenge)
            is AccessChallenge.MoreScopes -> scoped(refused, challenge)
        }
    }

    /** There was no token: there is one by now, or somebody has to agree. */
    private suspend fun required(request: ChallengedRequest): Boolean =
        when {
            limits.isExhausted(request) -> false
            tokenFor(request.url) != null -> true
            // the program decides whether it sends somebody to the URL
            isUrlThrown -> fulfilled(request)
            else -> authorized(request, TOKEN)
        }

    /** The token is refused: it is renewed once, and only then is somebody asked. */
    private suspend fun refused(request: ChallengedRequest): Boolean {
        val used = request.tokens ?: return false
        invalidate(used)
        if (limits.isExhausted(request)) return vain(request, TOKEN)
        var isEnded = false
        if (request.earlier.none { it is AccessChallenge.TokenRefused }) {
            val other = tokenFor(request.url)
            if (other != null && other.accessToken != used.accessToken) return true
            // the server does not refresh it either
            isEnded = other == null && used.refreshToken != null
        }
        // what was granted for this very request is refused
        val isGranted =
            authorizer.last.hasBrought(used.accessToken) || request.earlier.any { it !is AccessChallenge.TokenRefused }
        return when {
            isGranted && request.earlier.isNotEmpty() -> vain(request, TOKEN)
            !isAgreedLately() -> authorized(request, TOKEN)
            isEnded && authorizer.last.mayBeFollowed() -> followed(request)
            limits.isVain(request, TOKEN) || !authorizer.hasMoved(request.challenge) -> vain(request, TOKEN)
            else -> fulfilled(request)
        }
    }

    /** A refresh would bring no other sign-in: somebody has to. */
    private suspend fun steppedUp(
        request: ChallengedRequest,
        challenge: AccessChallenge.StepUp,
    ): Boolean {
        val isDone = authorizer.steppedUp?.let { Wish.isSame(it, challenge) } == true
        val what = "acr ${challenge.acrValues} ${challenge.maxAge}"
        if (isAgreedLately(request) && authorizer.last.isFor(challenge)) return vain(request, what)
        return if (isDone && !limits.isExhausted(request) && isNewer(request)) true else authorized(request, what)
    }

    private suspend fun scoped(
        request: ChallengedRequest,
        challenge: AccessChallenge.MoreScopes,
    ): Boolean {
        val wanted = RequestedScopes.later(emptyList(), challenge.challenge)
        val before = authorizer.current?.known?.scopes.orEmpty()
        val isRequested = before.containsAll(wanted)
        val what = "scope ${(before + wanted).distinct().sorted().joinToString(" ")}"
        return when {
            limits.isExhausted(request) || (isRequested && isAgreedLately(request)) -> vain(request, what)
            isRequested && isNewer(request) -> !limits.isVain(request, what)
            // without a person the same request has the same outcome
            isRequested && settings.service != null -> false
            else -> authorized(request, what)
        }
    }

    /**
     * Where the program sends the browser itself each request begins anew, and knows nothing of the challenges before it:
     * whether [request] was sent with what a person has agreed to a moment ago, and is not to be asked for again.
     */
    private fun isAgreedLately(request: ChallengedRequest): Boolean =
        isAgreedLately() && request.tokens?.let { authorizer.last.hasBrought(it.accessToken) } == true

    private fun isAgreedLately(): Boolean = isUrlThrown && authorizer.last.isRecent()

    /** Whether there is another token by now than the one that [request] was sent with. */
    private suspend fun isNewer(request: ChallengedRequest): Boolean =
        tokenFor(request.url)?.let { it.accessToken != request.tokens?.accessToken } == true

    private suspend fun authorized(
        request: ChallengedRequest,
        what: String,
    ): Boolean =
        when {
            limits.isExhausted(request) -> vain(request, what)
            limits.isVain(request, what) -> false
            else -> fulfilled(request)
        }

    /** Although somebody has agreed a moment ago. */
    private suspend fun followed(request: ChallengedRequest): Boolean {
        authorizer.last.noteFollowed()
        return fulfilled(request)
    }

    private suspend fun fulfilled(request: ChallengedRequest): Boolean {
        flight.fulfil(Wish(request.challenge, request.tokens?.accessToken))
        return authorizer.current?.known?.covers(request.url) == true
    }

    private fun vain(
        request: ChallengedRequest,
        what: String,
    ): Boolean {
        limits.noteVain(request, what)
        return false
    }

    /**
     * Finishes what an [AuthorizationRequiredException][dev.openidclient.error.AuthorizationRequiredException] began:
     * [callbackUrl] is the URL that the browser came back to, with its query, [pending] that of the exception. Remove the
     * stored one before the call. Throws as
     * [authorizationCodeGrant][dev.openidclient.token.authorizationCodeGrant] does; [IllegalArgumentException] where
     * [pending] is damaged.
     */
    public suspend fun complete(
        callbackUrl: String,
        pending: String,
    ): Unit = complete(AuthorizationCallback.url(callbackUrl), pending)

    /** The same for any callback, as a posted form. */
    public suspend fun complete(
        callback: AuthorizationCallback,
        pending: String,
    ) {
        requireOpen()
        authorizer.complete(callback, pending)
    }

    /** Forgets the tokens, here and in the store: the next request needs a person again. The server still knows them. */
    public suspend fun remove() {
        requireOpen()
        authorizer.remove(isRevoked = false)
        limits.forget()
    }

    /** [remove], and then makes the server forget them ([RFC 7009](https://www.rfc-editor.org/rfc/rfc7009)). */
    public suspend fun revoke() {
        requireOpen()
        authorizer.remove(isRevoked = true)
        limits.forget()
    }

    internal suspend fun restore() {
        if (authorizer.current == null) authorizer.restored()
    }

    /**
     * Ends an authorization on the way, and renewals after those that have begun; who waits gets
     * [IllegalStateException], and so does whoever asks afterwards. A code that was sent already is spent, so what the
     * server answers to it is kept in the store all the same: await [closed] for that. A connection that was given stays
     * open.
     */
    override fun close() {
        if (coroutines.isClosed) return
        coroutines.cancel()
        authorizer.close()
        // a refresh token that is on the way is not lost for it, nor what a code was exchanged for
        ending.run(afterwards = { if (settings.connection == null) connection.close() }) { authorizer.closed() }
        ending.finish()
    }

    /**
     * Waits, after [close], until the renewals on the way have ended: no longer than the timeout of a request; and the
     * exchange of a code, with what is kept of it: no longer than a minute.
     */
    public suspend fun closed() {
        ending.awaitEnd()
    }

    private fun requireOpen() = check(!coroutines.isClosed) { AuthorizationFlight.CLOSED }

    override fun toString(): String = "InteractiveTokens(${shownUrl(url)})"

    private companion object {
        const val TOKEN = "a token"

        fun resourceUrl(
            url: String,
            settings: InteractiveTokensSettings,
        ): AbsoluteUrl {
            val target =
                requireNotNull(AbsoluteUrl.parse(url)) {
                    "the resource must be an absolute URL, but is \"${shownUrl(url)}\"${AbsoluteUrl.hostAdvice(url)}"
                }
            require(target.scheme == "https" || (target.scheme == "http" && settings.isInsecureAllowed)) {
                "the resource must be https, but is \"${shownUrl(url)}\": for tests, allowInsecureRequests() in " +
                    "connection { } permits http"
            }
            return target
        }
    }
}
