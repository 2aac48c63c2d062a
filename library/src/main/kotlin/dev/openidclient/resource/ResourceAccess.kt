package dev.openidclient.resource

import dev.openidclient.client.ClientSource
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.WwwAuthenticate
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.owns
import dev.openidclient.token.proverOf
import dev.openidclient.tokensource.TokenSource

/**
 * Puts the tokens of a [TokenSource] on requests that another HTTP client sends, and judges the answers: the one place
 * that decides who gets a token, and what happens when it is refused ([RFC 6750
 * §2.1, §3](https://www.rfc-editor.org/rfc/rfc6750#section-2.1), [RFC 9449
 * §7](https://www.rfc-editor.org/rfc/rfc9449#section-7)). The plugin for Ktor, `AuthorizedHttpClient` for
 * `java.net.http` and the interceptors for OkHttp are made of it; so can be an adapter for any other client:
 *
 * ```kotlin
 * var authorization = access.authorize("GET", url)     // null: send it as it is
 * do {
 *     val answer = send(request, authorization?.headers)
 *     val verdict = authorization?.let { access.judge(it, answer.status, answer.headers) } ?: Verdict.DELIVER
 *     if (verdict == Verdict.SEND_AGAIN) authorization = access.authorize("GET", url, after = authorization)
 * } while (verdict == Verdict.SEND_AGAIN)
 * ```
 *
 * [client] is whose tokens these are: it has the key of DPoP proofs, and the clock. It holds no body, so bodies of any
 * size may be sent and received. Safe for any number of coroutines and threads at once; closes nothing. The constructor
 * throws [IllegalArgumentException] where no origin is allowed. The page `docs/own-http-clients.md` shows how it is
 * used.
 */
public open class ResourceAccess internal constructor(
    private val client: ClientSource,
    private val tokens: TokenSource,
    private val allowed: AllowedUrls,
) {
    public constructor(
        client: ClientSource,
        tokens: TokenSource,
        configure: ResourceAccessSettings.() -> Unit,
    ) : this(client, tokens, ResourceAccessSettings().apply(configure).build())

    /** Whether [url] is of an allowed origin, so that [authorize] brings a token for it. */
    public fun isAllowed(url: String): Boolean = allowed.find(url) != null

    /**
     * What authorizes one send of a request, with a token of [tokens] that is usable now and, where that is bound to a
     * key, a new DPoP proof. Null where [url] is of no allowed origin: the request is then sent without. To be called
     * **for every send on the wire**, with the URL that it goes to: also for each hop of a redirect, and each attempt
     * of a retry.
     *
     * [tokens] are in place of those of this access, for this request alone; null: those of this access.
     *
     * [after] is the authorization whose answer was judged [Verdict.SEND_AGAIN], where this is that send. A request
     * that has an `authorization` header of its caller's is left alone: it is not to be given to this.
     *
     * A source that is a [ChallengeHandler] and has no token yet gives none: the request is then sent with the
     * [headers][ResourceAuthorization.headers] of the result all the same, which are empty, and its answer judged.
     *
     * Throws what [TokenSource.token] and [ClientSource.client] throw; then nothing is to be sent. Throws
     * [IllegalArgumentException] where the token is bound to a key that the client does not have, is of another client,
     * or is none (`token_type=N_A`).
     */
    @JvmOverloads
    public suspend fun authorize(
        method: String,
        url: String,
        tokens: TokenSource? = null,
        after: ResourceAuthorization? = null,
    ): ResourceAuthorization? {
        val allowed = allowed.find(url) ?: return null
        val before = after?.let { it.again ?: it.before } ?: SentBefore.NEVER
        return authorize(method, allowed, tokens ?: this.tokens, before, attempt = 1)
    }

    private suspend fun authorize(
        method: String,
        allowed: AllowedUrl,
        source: TokenSource,
        before: SentBefore,
        attempt: Int,
    ): ResourceAuthorization {
        val current = if (source is ChallengeHandler) source.tokenFor(allowed.text) else source.token()
        if (current == null) {
            return ResourceAuthorization(HttpHeaders.EMPTY, method, UsedToken(source, null, null), allowed, before)
        }
        val client = client.client()
        // between the two questions the source may have gone over to another client, as after a resource has moved
        if (!client.owns(current) && attempt < MOST_CLIENTS) {
            return authorize(method, allowed, source, before, attempt + 1)
        }
        val token = UsedToken(source, current, client.dpop)
        val algorithms = this.allowed.proofAlgorithms ?: client.server.dpopSigningAlgValuesSupported
        val proof =
            client.proverOf(current)?.let { dpop ->
                val target = requireNotNull(allowed.parsed) { NO_URL }
                dpop.proof(method, target, current.accessToken, client.time.now, algorithms)
            }
        return ResourceAuthorization(headersOf(current, token.scheme, proof), method, token, allowed, before)
    }

    /**
     * Judges the answer to the request that [authorization] was made for, by its [status] and [headers]: whether it is
     * the caller's, or the request is worth another send. That is the case once for a DPoP nonce (`use_dpop_nonce`),
     * and once for a token that is refused with 401 (`invalid_token`, no `error`, or no challenge at all), which its
     * source is told ([TokenSource.invalidate]); so a request is sent three times at the most. Every other answer is
     * the caller's, with its challenge as it came ([WwwAuthenticate] reads it). The nonce of every answer is kept for
     * the next proof (RFC 9449 §8.2).
     *
     * A source that is a [ChallengeHandler] is asked in place of that about each 401 and 403 with a challenge for Bearer
     * or DPoP, and each 401 with none: it says whether the request is worth another send, which may wait for a person.
     * Throws what [ChallengeHandler.answer] throws.
     *
     * [isRepeatable]: whether the request can be sent once more, which a body that is a stream cannot. Where it cannot
     * the answer is the caller's, but its source is told all the same, so that the next request has another token.
     */
    @JvmOverloads
    public suspend fun judge(
        authorization: ResourceAuthorization,
        status: Int,
        headers: HttpHeaders,
        isRepeatable: Boolean = true,
    ): Verdict {
        val used = authorization.token
        used.dpop?.let { dpop -> authorization.url.parsed?.let { dpop.learnNonce(it, headers) } }
        if (status != UNAUTHORIZED && status != FORBIDDEN) return Verdict.DELIVER
        val challenges = headers["www-authenticate"]
        val reason = used.scheme?.takeIf { status == UNAUTHORIZED }?.let { reasonOf(it, challenges) }
        val handler = used.source as? ChallengeHandler
        // who sends with the same authorization again, against its contract, does not do so for ever
        val isAnswerable = isRepeatable && authorization.again == null
        if (handler != null && reason != Reason.NONCE && isAnswerable) {
            val challenge = challengeOf(status, challenges, used.scheme) ?: return Verdict.DELIVER
            return answered(handler, authorization, challenge)
        }
        if (reason == Reason.TOKEN) used.tokens?.let(used.source::invalidate)
        val again = reason?.let(authorization.before::and)
        if (again == null || !isAnswerable) return Verdict.DELIVER
        authorization.again = again
        return Verdict.SEND_AGAIN
    }

    private suspend fun answered(
        handler: ChallengeHandler,
        authorization: ResourceAuthorization,
        challenge: AccessChallenge,
    ): Verdict {
        val before = authorization.before
        val url = authorization.url.text
        val refused =
            ChallengedRequest(authorization.method, url, challenge, authorization.token.tokens, before.challenges)
        if (before.challenges.size == MOST_CHALLENGES || !handler.answer(refused)) return Verdict.DELIVER
        authorization.again = before.and(challenge)
        return Verdict.SEND_AGAIN
    }

    override fun toString(): String = "ResourceAccess($allowed)"

    private companion object {
        const val UNAUTHORIZED = 401
        const val FORBIDDEN = 403
        const val NO_URL = "a DPoP proof names the URL of its request, but this is none"

        /** A source that is another client's for good is told so. */
        const val MOST_CLIENTS = 3

        /** Of one request, whatever a handler of a program's own says. */
        const val MOST_CHALLENGES = 10
    }
}

private fun headersOf(
    tokens: TokenResponse,
    scheme: String?,
    proof: String?,
): HttpHeaders {
    val authorization = "authorization" to "$scheme ${tokens.accessToken}"
    return if (proof == null) HttpHeaders.of(authorization) else HttpHeaders.of(authorization, "dpop" to proof)
}
