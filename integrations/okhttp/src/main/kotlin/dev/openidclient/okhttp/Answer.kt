package dev.openidclient.okhttp

import dev.openidclient.error.OAuthException
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.TransportFailures
import kotlinx.coroutines.CancellableContinuation
import okhttp3.Call
import okhttp3.Callback
import okhttp3.OkHttpClient
import okhttp3.Protocol
import okhttp3.Response
import java.io.IOException
import java.net.ProtocolException
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException

/** Receives the answer to [request] whole, on OkHttp's thread. */
internal class Answer(
    private val request: HttpRequest,
    private val progress: Progress,
    private val client: OkHttpClient,
    private val continuation: CancellableContinuation<HttpResponse>,
) : Callback {
    override fun onFailure(
        call: Call,
        e: IOException,
    ) {
        continuation.resumeWithException(noAnswer(request, e, progress, client))
    }

    @Suppress("TooGenericExceptionCaught") // what an interceptor's body throws is written down nowhere
    override fun onResponse(
        call: Call,
        response: Response,
    ) {
        try {
            continuation.resume(response.use(::received))
        } catch (e: IOException) {
            onFailure(call, e)
        } catch (e: OAuthException) {
            continuation.resumeWithException(e)
        } catch (e: RuntimeException) {
            unreadable(call, e)
        } finally {
            // an error of the JVM, which OkHttp tells its thread's handler only
            if (continuation.isActive) onFailure(call, IOException("the answer could not be read"))
        }
    }

    /**
     * What a server can make OkHttp throw, by a negative `content-length`, is its failure: on Android an exception that
     * leaves the thread ends the app. The connection was not closed then.
     */
    private fun unreadable(
        call: Call,
        cause: RuntimeException,
    ) {
        call.cancel()
        onFailure(call, ProtocolException(cause.message).apply { initCause(cause) })
    }

    private fun received(response: Response): HttpResponse {
        val headers = HttpHeaders.received(response.headers)
        val status = progress.hiddenStatus ?: response.code
        val received = HttpResponse.received(status, headers, body(response, status, headers))
        if (isOpenEnded(response)) TransportFailures.requireWhole(request, received, "OkHttp")
        return received
    }

    /** OkHttp takes the end of a TLS connection for the end of a body, whether or not it says `close_notify`. */
    private fun isOpenEnded(response: Response): Boolean {
        // OkHttp removes fields of what it uncompresses
        val sent = response.networkResponse ?: return false
        val hasEnd = sent.header("transfer-encoding").equals("chunked", ignoreCase = true) || hasLength(sent)
        return sent.handshake != null && sent.protocol in OF_LINES && !hasEnd
    }

    /** What is no number is none to OkHttp. */
    private fun hasLength(response: Response): Boolean = response.header("content-length")?.toLongOrNull() != null

    private fun body(
        response: Response,
        status: Int,
        headers: HttpHeaders,
    ): ByteArray {
        val maximum = request.maximumResponseSize
        val body = response.body
        val source = body.source()
        if (body.contentLength() > maximum || source.request(maximum + 1L)) {
            throw TransportFailures.bodyTooLarge(request, status, headers)
        }
        return source.buffer.readByteArray()
    }

    private companion object {
        val OF_LINES = setOf(Protocol.HTTP_1_0, Protocol.HTTP_1_1)
    }
}
