package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.event.Listeners
import dev.openidclient.event.Observation
import dev.openidclient.event.Operation
import dev.openidclient.event.Outcome
import dev.openidclient.event.RegisteredErrors
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import kotlinx.coroutines.isActive
import kotlinx.coroutines.withContext
import java.time.Duration
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/** One request under way, as the listeners of its connection hear of it. Used by one coroutine. */
internal class Watch private constructor(
    private val listeners: Listeners,
    operation: Operation,
) {
    private val observations: List<Observation> = listeners.started(operation)
    private val context: CoroutineContext = listeners.context(observations)
    private val startedAt = System.nanoTime()
    private var status: Int? = null
    private var error: String? = null

    private var isJudged = false
    private var code: String? = null

    suspend fun sending(send: suspend () -> HttpResponse): HttpResponse {
        val response = if (context === EmptyCoroutineContext) send() else withContext(context) { send() }
        status = response.status
        return response
    }

    fun succeeded() {
        isJudged = true
    }

    fun failed(e: OAuthException) {
        isJudged = true
        code = e.code
        when (e) {
            is ResponseBodyException -> error = e.error
            is WwwAuthenticateChallengeException -> error = e.error
            is InvalidResponseException -> status = status ?: e.status
            else -> Unit
        }
    }

    /** Tells the listeners; to be called once, in the [caller]'s context. */
    fun end(caller: CoroutineContext) {
        if (!isJudged) {
            // how a transport of the caller's own fails is written down nowhere
            code = if (caller.isActive) ErrorCode.NETWORK_ERROR else Outcome.CANCELLED
        }
        val duration = Duration.ofNanos(System.nanoTime() - startedAt)
        listeners.finished(observations, Outcome(status, duration, code, RegisteredErrors.shown(error)))
    }

    companion object {
        /** Null where nobody listens: then nothing is made. */
        fun of(
            connection: Connection,
            request: HttpRequest,
            purpose: Purpose,
            issuer: String?,
            attempt: Int,
        ): Watch? {
            val listeners = connection.listeners ?: return null
            val url = AbsoluteUrl.parse(request.url)
            val host = url?.host.orEmpty().removeSurrounding("[", "]")
            return Watch(listeners, Operation(purpose.name, issuer, host, url?.knownPort ?: NO_PORT, attempt))
        }

        private const val NO_PORT = -1
    }
}
