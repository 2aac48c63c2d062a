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
import java.net.SocketTimeoutException
import java.nio.channels.UnresolvedAddressException
import java.security.GeneralSecurityException

/**
 * Runs [send] of an engine and turns what the engines throw where there is no answer into [TransportException]; this is
 * the one place that knows their exceptions. Cancellation of the caller stays cancellation.
 */
internal suspend fun mappingFailures(
    request: HttpRequest,
    send: suspend () -> HttpResponse,
): HttpResponse =
    mappingIoFailures(request) {
        try {
            send()
        } catch (e: CancellationException) {
            throw e
        } catch (e: GeneralSecurityException) {
            // CIO: an untrusted certificate
            throw failure(request, e)
        } catch (e: UnresolvedAddressException) {
            // CIO: an unknown host
            throw failure(request, e)
        } catch (e: NumberFormatException) {
            // the JDK: a broken length; CIO: a broken status
            throw failure(request, e)
        } catch (e: IllegalStateException) {
            // CIO: a truncated body
            throw failure(request, e)
        }
    }

/** The same for any transport, where only `IOException` is known to mean that there is no answer. */
internal suspend fun mappingIoFailures(
    request: HttpRequest,
    send: suspend () -> HttpResponse,
): HttpResponse =
    try {
        send()
    } catch (e: CancellationException) {
        // an engine that was closed cancels its calls: without this the caller's coroutine would end in silence
        currentCoroutineContext().ensureActive()
        // Ktor's timeouts cancel the call and are the cause of that
        throw failure(request, e.cause ?: e)
    } catch (e: IOException) {
        throw failure(request, e)
    }

private fun failure(
    request: HttpRequest,
    cause: Throwable,
): TransportException {
    val code = if (isTimeout(cause)) ErrorCode.TIMEOUT else ErrorCode.NETWORK_ERROR
    val shown = printable(request.url.substringBefore('?'))
    return TransportException(code, "no answer from ${request.method} $shown: ${cause.javaClass.simpleName}", cause)
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
