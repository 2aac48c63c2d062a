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
import okhttp3.Response
import java.io.IOException
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
        } finally {
            // an error of the JVM, which OkHttp tells its thread's handler only
            if (continuation.isActive) onFailure(call, IOException("the answer could not be read"))
        }
    }

    private fun received(response: Response): HttpResponse {
        val headers = HttpHeaders.received(response.headers.toMultimap())
        return HttpResponse(response.code, headers, body(response, headers))
    }

    private fun body(
        response: Response,
        headers: HttpHeaders,
    ): ByteArray {
        val maximum = request.maximumResponseSize
        val body = response.body
        val source = body.source()
        if (body.contentLength() > maximum || source.request(maximum + 1L)) {
            throw TransportFailures.bodyTooLarge(request, response.code, headers)
        }
        return source.buffer.readByteArray()
    }
}
