package dev.openidclient.http

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.Reached
import dev.openidclient.error.TransportException
import dev.openidclient.error.printable
import io.ktor.client.network.sockets.ConnectTimeoutException
import io.ktor.client.plugins.HttpRequestTimeoutException
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import java.io.IOException
import java.io.InterruptedIOException
import java.net.ConnectException
import java.net.SocketTimeoutException
import java.net.URISyntaxException
import java.net.UnknownHostException
import java.nio.channels.UnresolvedAddressException
import java.security.GeneralSecurityException
import java.security.cert.CertPathBuilderException
import java.security.cert.CertificateExpiredException
import java.security.cert.CertificateNotYetValidException
import javax.net.ssl.SSLHandshakeException
import javax.net.ssl.SSLPeerUnverifiedException

/**
 * Runs [send] of an engine and turns what the engines throw where there is no answer into [TransportException]; this is
 * the one place that knows their exceptions. Cancellation of the caller stays cancellation.
 */
internal suspend fun mappingFailures(
    request: HttpRequest,
    send: suspend Progress.() -> HttpResponse,
): HttpResponse {
    val progress = Progress()
    return mappingIoFailures(request, progress) {
        try {
            progress.send()
        } catch (e: CancellationException) {
            throw e
        } catch (e: GeneralSecurityException) {
            // CIO: an untrusted certificate
            throw failure(request, progress, e)
        } catch (e: UnresolvedAddressException) {
            // CIO: an unknown host
            throw failure(request, progress, e)
        } catch (e: NumberFormatException) {
            // the JDK: a broken length; CIO: a broken status
            throw failure(request, progress, e)
        } catch (e: IllegalStateException) {
            // CIO: a truncated body
            throw failure(request, progress, e)
        } catch (e: IllegalArgumentException) {
            // CIO: a server that speaks no TLS; before the engine has the request it is the caller's mistake
            throw if (progress.isHandedOver) failure(request, progress, e) else refused(e, request)
        } catch (e: URISyntaxException) {
            throw failure(request, progress, e)
        }
    }
}

/** What an engine finds wrong with a request is the caller's mistake, but nobody's to read whole. */
private fun refused(
    e: IllegalArgumentException,
    request: HttpRequest,
): IllegalArgumentException {
    val told = withoutSecrets(e, request)
    return if (told === e) e else IllegalArgumentException(told.message)
}

/** What a transport of one's own throws, in the words of this library's own and without the secrets of the request. */
public object TransportFailures {
    /**
     * There was no answer to [request], or only a part of one: for [cause], an engine's exception, and what the engine
     * knows of how far the request came ([Reached.ANSWERED]: status and headers are there). [what] says more than the
     * name of the exception does, without a secret.
     */
    @JvmStatic
    @JvmOverloads
    public fun noAnswer(
        request: HttpRequest,
        cause: Exception,
        reached: Reached,
        what: String = kind(request, cause),
    ): TransportException = failure(request, Stage.of(reached, cause), cause, what)

    /** The body of an answer to [request] has more than [HttpRequest.maximumResponseSize] bytes. */
    @JvmStatic
    public fun bodyTooLarge(
        request: HttpRequest,
        status: Int,
        headers: HttpHeaders,
    ): InvalidResponseException {
        val fault = bodyTooLarge(status, request.maximumResponseSize)
        return InvalidResponseException(fault.code, fault.text, status, headers = headers.toMap())
    }

    /**
     * Throws [TransportException] where something of the body of [response] to [request] may be missing: for answers
     * whose end [engine] cannot tell from a connection that somebody cut, as those without `content-length`, chunks or
     * HTTP/2 are over TLS that nobody says `close_notify` on. A JSON object or array, also one compressed with gzip,
     * shows by itself that it is whole; an answer that has no body (204, 304, to `HEAD`) passes.
     */
    @JvmStatic
    public fun requireWhole(
        request: HttpRequest,
        response: HttpResponse,
        engine: String,
    ): Unit = request.requireWhole(response, engine, "the server must send one")
}

/** How far an exchange came, as its engine tells. */
internal class Progress {
    /** Whether status and headers of the answer are there. */
    @Volatile var isHeadReceived = false
        private set

    /** Whether the request was made and is the engine's business now. */
    @Volatile var isHandedOver = false
        private set

    fun handedOver() {
        isHandedOver = true
    }

    fun headReceived() {
        isHeadReceived = true
    }
}

/** The same for any transport, where only `IOException` is known to mean that there is no answer. */
internal suspend fun mappingIoFailures(
    request: HttpRequest,
    progress: Progress = Progress(),
    send: suspend () -> HttpResponse,
): HttpResponse =
    try {
        send()
    } catch (e: CancellationException) {
        // an engine that was closed cancels its calls: without this the caller's coroutine would end in silence
        currentCoroutineContext().ensureActive()
        // Ktor's timeouts cancel the call and are the cause of that
        throw failure(request, progress, e.cause ?: e)
    } catch (e: IOException) {
        throw failure(request, progress, e)
    }

private fun failure(
    request: HttpRequest,
    progress: Progress,
    cause: Throwable,
): TransportException = failure(request, Stage.of(progress, cause), cause, kind(request, cause))

private fun failure(
    request: HttpRequest,
    stage: Stage,
    cause: Throwable,
    what: String,
): TransportException {
    val code = if (isTimeout(cause)) ErrorCode.TIMEOUT else ErrorCode.NETWORK_ERROR
    val message = "${stage.missing} ${request.shown}: $what"
    return TransportException(code, message, withoutSecrets(cause, request), stage.reached)
        .retold(request = request.shown) as TransportException
}

/** What is missing, so that the reader knows whether the server can have seen the request. */
private enum class Stage(
    val missing: String,
    val reached: Reached,
) {
    CONNECTION("no connection for", Reached.NO),
    TLS("no TLS connection for", Reached.NO),
    ANSWER("no answer from", Reached.UNKNOWN),
    WHOLE_ANSWER("an incomplete answer from", Reached.ANSWERED),
    ;

    companion object {
        fun of(
            progress: Progress,
            cause: Throwable,
        ): Stage =
            when {
                progress.isHeadReceived -> WHOLE_ANSWER
                isUnconnected(cause) -> CONNECTION
                isWithoutTls(cause) -> TLS
                else -> ANSWER
            }

        fun of(
            reached: Reached,
            cause: Throwable,
        ): Stage =
            when (reached) {
                Reached.ANSWERED -> WHOLE_ANSWER
                Reached.UNKNOWN -> ANSWER
                Reached.NO -> if (isWithoutTls(cause)) TLS else CONNECTION
            }

        private fun isWithoutTls(cause: Throwable): Boolean =
            cause is SSLHandshakeException || cause is SSLPeerUnverifiedException || cause is GeneralSecurityException

        private fun isUnconnected(cause: Throwable): Boolean =
            isClosed(cause) || cause is ConnectException || cause is UnknownHostException ||
                cause is UnresolvedAddressException ||
                isNamed(cause, "java.net.http.HttpConnectTimeoutException")
    }
}

/** What happened, in the words of the engine's exception, and the setting that helps where there is one. */
private fun kind(
    request: HttpRequest,
    cause: Throwable,
): String {
    val causes = generateSequence(cause) { it.cause }.take(MOST_CAUSES).toList()
    val kind = cause.javaClass.simpleName
    return when {
        causes.any { it is UnknownHostException || it is UnresolvedAddressException } -> {
            val host = AbsoluteUrl.parse(request.url)?.host
            "$kind, the host ${host?.let { "\"${printable(it)}\" " }.orEmpty()}is unknown here: " +
                "where the server has another name in this network, mapOrigin(…) says so"
        }
        causes.any { it is CertPathBuilderException } ->
            "$kind, no trusted authority has issued the server's certificate: " +
                "tls { trustPem(…) } names one of your own"
        causes.any { it is CertificateExpiredException || it is CertificateNotYetValidException } ->
            "$kind, the server's certificate is out of date, or the clock here is wrong"
        isClosed(cause) -> CLOSED
        else -> kind
    }
}

/** What an engine says that was closed before it was asked. */
internal const val CLOSED: String = "the client, or its transport, is closed"

private fun isClosed(cause: Throwable): Boolean = cause is IOException && cause.message == CLOSED

/** An engine's exceptions may be their own cause after some steps. */
private const val MOST_CAUSES = 10

/**
 * [cause] as it is, or, where it or one of its causes repeats a query, user information or another secret of [request],
 * an `IOException` that says what it was, with its stack and those secrets masked.
 */
internal fun withoutSecrets(
    cause: Throwable,
    request: HttpRequest,
): Throwable {
    val secrets = Secrets.of(request)
    val told = generateSequence(cause) { it.cause }.take(MOST_CAUSES).flatMap { sequenceOf(it) + it.suppressed }
    if (told.none { secrets.isIn(it.toString()) }) return cause
    val message = listOfNotNull(cause.javaClass.name, cause.message?.let(secrets::mask)?.let(::printable))
    return IOException(message.joinToString(": ")).apply { stackTrace = cause.stackTrace }
}

/**
 * Ktor's, OkHttp's and the JDK's own timeouts, where the caller configured them on the engine, and `withTimeout` of a
 * caller's transport.
 */
private fun isTimeout(cause: Throwable): Boolean =
    cause is SocketTimeoutException ||
        cause is TimeoutCancellationException ||
        cause is HttpRequestTimeoutException ||
        cause is ConnectTimeoutException ||
        // OkHttp's for a whole call
        (cause.javaClass == InterruptedIOException::class.java && cause.message == "timeout") ||
        // java.net.http is absent on Android, so its exceptions can only be named, not referred to
        isNamed(cause, "java.net.http.HttpTimeoutException")

private fun isNamed(
    cause: Throwable,
    name: String,
): Boolean = generateSequence<Class<*>>(cause.javaClass) { it.superclass }.any { it.name == name }
