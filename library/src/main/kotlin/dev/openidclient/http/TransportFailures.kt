package dev.openidclient.http

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TransportException
import dev.openidclient.error.printable
import io.ktor.client.network.sockets.ConnectTimeoutException
import io.ktor.client.plugins.HttpRequestTimeoutException
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import java.io.IOException
import java.net.ConnectException
import java.net.SocketTimeoutException
import java.net.UnknownHostException
import java.nio.channels.UnresolvedAddressException
import java.security.GeneralSecurityException
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
            throw if (progress.isHandedOver) failure(request, progress, e) else e
        }
    }
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
): TransportException {
    val code = if (isTimeout(cause)) ErrorCode.TIMEOUT else ErrorCode.NETWORK_ERROR
    val shown = printable(request.url.substringBefore('?'))
    val kind = cause.javaClass.simpleName
    return TransportException(code, "${stage(progress, cause)} ${request.method} $shown: $kind", cause)
}

/** What is missing, so that the reader knows whether the server can have seen the request. */
private fun stage(
    progress: Progress,
    cause: Throwable,
): String =
    when {
        progress.isHeadReceived -> "an incomplete answer from"
        cause is ConnectException || cause is UnknownHostException || cause is UnresolvedAddressException ->
            "no connection for"
        cause is SSLHandshakeException || cause is SSLPeerUnverifiedException || cause is GeneralSecurityException ->
            "no TLS connection for"
        else -> "no answer from"
    }

/**
 * Ktor's and the JDK's own timeouts, where the caller configured them on the engine, and `withTimeout` of a caller's
 * transport.
 */
private fun isTimeout(cause: Throwable): Boolean =
    cause is SocketTimeoutException ||
        cause is TimeoutCancellationException ||
        cause is HttpRequestTimeoutException ||
        cause is ConnectTimeoutException ||
        // java.net.http is absent on Android, so its exceptions can only be named, not referred to
        generateSequence<Class<*>>(cause.javaClass) { it.superclass }.any {
            it.name ==
                "java.net.http.HttpTimeoutException"
        }
