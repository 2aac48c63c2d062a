package dev.openidclient.okhttp

import dev.openidclient.error.OAuthException
import dev.openidclient.http.HttpHeaders
import dev.openidclient.resource.ResourceAccess
import dev.openidclient.resource.ResourceAuthorization
import dev.openidclient.resource.Verdict
import dev.openidclient.tokensource.TokenSource
import kotlinx.coroutines.Job
import kotlinx.coroutines.job
import kotlinx.coroutines.runBlocking
import okhttp3.Call
import okhttp3.EventListener
import okhttp3.Interceptor
import okhttp3.Request
import okhttp3.RequestBody
import okhttp3.Response
import java.io.IOException
import java.io.InterruptedIOException
import java.net.ProtocolException

/** Outside redirects and repetitions: sends again where that is the verdict on the answer that would be delivered. */
internal class Judging(
    private val access: ResourceAccess,
) : Interceptor {
    override fun intercept(chain: Interceptor.Chain): Response {
        var request = chain.request()
        // OkHttp takes a caller's header off where it follows to another host; the tag stays
        if (!request.mayHaveToken) return chain.proceed(request.newBuilder().withoutTokens().build())
        val call = AuthorizedCall(access, chain.call())
        // before there is a connection that would wait for the token
        call.prepare(request)
        repeat(MOST_TIMES_AGAIN) {
            val response = chain.proceed(request.newBuilder().tag(AuthorizedCall::class, call).build())
            val sent = response.networkResponse?.request?.tag(Sent::class)
            if (sent?.verdict != Verdict.SEND_AGAIN) return response
            response.close()
            // a hop of a redirect: to begin anew could send a form twice
            request = response.request
            call.prepare(request, sent.authorization)
        }
        return chain.proceed(request.newBuilder().tag(AuthorizedCall::class, call).build())
    }

    private companion object {
        /** As OkHttp follows redirects: a server could send in a circle. */
        const val MOST_TIMES_AGAIN = 20
    }
}

/** At the network: each send gets a token, and a proof, of its own; what comes back is judged. */
internal class Attaching(
    private val access: ResourceAccess,
) : Interceptor {
    override fun intercept(chain: Interceptor.Chain): Response {
        val request = chain.request()
        // a request that an interceptor made anew has no tag
        val call = request.tag(AuthorizedCall::class) ?: AuthorizedCall(access, chain.call())
        val authorization = call.authorize(request) ?: return chain.proceed(request)
        val sent = Sent(authorization)
        val builder = request.newBuilder().tag(Sent::class, sent)
        for (name in authorization.headers.names) builder.header(name, authorization.headers[name].orEmpty())
        val response = chain.proceed(builder.build())
        sent.verdict = call.judge(authorization, response, request.body)
        return response
    }
}

/** What one send had, and what was thought of its answer; a tag of the request as it went out. */
internal class Sent(
    val authorization: ResourceAuthorization,
) {
    @Volatile var verdict: Verdict? = null
}

/** One call, with all its sends; a tag of its requests. OkHttp uses it on one thread, and cancels it on any. */
internal class AuthorizedCall(
    private val access: ResourceAccess,
    private val call: Call,
) : EventListener() {
    private var prepared: Prepared? = null
    private var after: Prepared? = null
    private var isForeign = false

    @Volatile private var waiting: Job? = null

    init {
        call.addEventListener(this)
    }

    override fun canceled(call: Call) {
        waiting?.cancel(null) // the form that every version of kotlinx.coroutines has in one place
    }

    /** Brings what authorizes [request], the next one that is sent; [after] is that of the answer which was refused. */
    fun prepare(
        request: Request,
        after: ResourceAuthorization? = null,
    ) {
        this.after = after?.let { Prepared(request, it) }
        prepared = authorize(request)?.let { Prepared(request, it) }
    }

    /** Null: [request] is not this one's to authorize. */
    fun authorize(request: Request): ResourceAuthorization? {
        // whose hop that is, is for another to authorize
        if (!request.mayHaveToken) isForeign = true
        if (isForeign) return null
        // a proof is good for one send
        prepared?.takeIf { it.isOf(request) }?.let {
            prepared = null
            return it.authorization
        }
        val url = request.url.toString()
        // nobody waits for what is not to be authorized
        if (!access.isAllowed(url)) return null
        val previous = after?.takeIf { it.isOf(request) }?.authorization
        val source = request.tag(TokenSource::class)
        return await {
            if (source == null) {
                access.authorize(request.method, url, after = previous)
            } else {
                access.authorize(request.method, url, source, previous)
            }
        }
    }

    fun judge(
        authorization: ResourceAuthorization,
        response: Response,
        body: RequestBody?,
    ): Verdict {
        val isRepeatable = body == null || !(body.isOneShot() || body.isDuplex())
        try {
            return await {
                access.judge(authorization, response.code, HttpHeaders.received(response.headers), isRepeatable)
            }
        } catch (e: IOException) {
            response.close()
            throw e
        }
    }

    /**
     * Runs [block], until the call is cancelled. What else it throws is an `IOException` here: another one would end
     * OkHttp's thread, on Android the app. OkHttp does not try another address after this kind of it.
     */
    @Suppress(
        "TooGenericExceptionCaught", // what a token source of the caller's own throws is written down nowhere
        "ForbiddenMethodCall", // an interceptor is called to wait
    )
    private fun <T> await(block: suspend () -> T): T =
        try {
            runBlocking {
                waiting = coroutineContext.job
                if (call.isCanceled()) throw IOException(CANCELED)
                block()
            }
        } catch (e: InterruptedException) {
            Thread.currentThread().interrupt()
            throw InterruptedIOException("interrupted").apply { initCause(e) }
        } catch (e: Exception) {
            throw if (call.isCanceled()) IOException(CANCELED) else NoTokenException(e)
        } finally {
            waiting = null
        }

    private class Prepared(
        private val request: Request,
        val authorization: ResourceAuthorization,
    ) {
        fun isOf(request: Request): Boolean = request.method == this.request.method && request.url == this.request.url
    }

    private companion object {
        /** OkHttp's own word for it. */
        const val CANCELED = "Canceled"
    }
}

/** Nothing was sent, for there is no token to send. */
internal class NoTokenException(
    cause: Exception,
) : ProtocolException(
        "no access token for this request: ${(cause as? OAuthException)?.message ?: cause.javaClass.name}",
    ) {
    init {
        initCause(cause)
    }

    private companion object {
        private const val serialVersionUID: Long = 1L
    }
}

/** Not those of the library itself, and not those that somebody else authorizes. */
private val Request.mayHaveToken: Boolean
    get() = header("authorization") == null && tag(WithoutTokens::class) == null && tag(Progress::class) == null
