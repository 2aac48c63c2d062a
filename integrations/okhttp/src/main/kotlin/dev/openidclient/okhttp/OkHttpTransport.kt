package dev.openidclient.okhttp

import dev.openidclient.http.CloseableHttpTransport
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import kotlinx.coroutines.suspendCancellableCoroutine
import okhttp3.HttpUrl
import okhttp3.HttpUrl.Companion.toHttpUrlOrNull
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody
import okhttp3.RequestBody.Companion.toRequestBody
import java.io.IOException

/**
 * Sends through OkHttp.
 *
 * [client] is used with its connections, threads, interceptors, proxy and TLS, and stays the caller's to shut down. But
 * each request is sent once, whatever the client is set to: no redirect, no repetition after a lost connection or an
 * answer that asks for one, no `authenticator` (a `proxyAuthenticator` is heeded), no cookies, no cache. A request with
 * a body that an interceptor sends a second time ends in a [dev.openidclient.error.TransportException].
 *
 * The client's timeouts hold as well: OkHttp gives up after 10 seconds without a byte unless told otherwise. So do the
 * bounds of its `Dispatcher`: OkHttp sends five requests to one host, and 64 to all, at a time, the others wait: where
 * many servers share it, raise `maxRequests`, or some that hang hold up all others. The head of an answer may have
 * 256 KiB. An answer over TLS without `content-length`, chunks or HTTP/2 is taken only where its body is a whole JSON
 * object or array, for OkHttp does not see whether it was cut off. A `GET` with a body is refused with
 * [IllegalArgumentException]. Cancellation closes the connection, or with HTTP/2 its stream.
 *
 * Runs on the JVM and on Android 8 (API 26) and later.
 *
 * The page `docs/android.md` shows it in an app, `docs/engines.md` beside the other engines.
 */
public class OkHttpTransport(
    client: OkHttpClient,
) : HttpTransport {
    private val client = client.sendingOnce()

    @Volatile private var last: ParsedUrl? = null

    override suspend fun send(request: HttpRequest): HttpResponse {
        val progress = Progress()
        val call = client.newCall(okHttpRequest(request, progress))
        call.addEventListener(HangingUp)
        return suspendCancellableCoroutine { continuation ->
            continuation.invokeOnCancellation { call.cancel() }
            call.enqueue(Answer(request, progress, client, continuation))
        }
    }

    private fun okHttpRequest(
        request: HttpRequest,
        progress: Progress,
    ): Request {
        val url =
            parsed(request.url)
                ?: throw noAnswer(request, IOException("OkHttp does not take the URL"), progress, client)
        val builder = Request.Builder().url(url).tag(Progress::class, progress)
        request.headers.toMap().forEach { name, values -> for (value in values) builder.addHeader(name, value) }
        request.body?.let { builder.addHeader("content-type", it.contentType) }
        return builder.method(request.method, body(request)).build()
    }

    /** Most requests go where the one before went. A query may hold a secret, so one that has one is not kept. */
    private fun parsed(url: String): HttpUrl? =
        last?.takeIf { it.text == url }?.url
            ?: url.toHttpUrlOrNull()?.also { if ('?' !in url) last = ParsedUrl(url, it) }

    private class ParsedUrl(
        val text: String,
        val url: HttpUrl,
    )

    private fun body(request: HttpRequest): RequestBody? =
        request.body?.let(::OnceBody) ?: EMPTY.takeIf { request.method !in WITHOUT_BODY }

    override fun toString(): String = "OkHttpTransport"

    public companion object {
        /**
         * Opens a transport with an OkHttp of its own, for several clients: give it to each in `transport`, and close
         * it after the last one. It sends 64 requests to one host at a time, and has no timeout that the clients' own
         * would meet, but for 10 s to connect.
         */
        @JvmStatic
        public fun open(): CloseableHttpTransport = OpenOkHttp()

        // OkHttp wants a body of a POST, which may be empty
        private val EMPTY = ByteArray(0).toRequestBody()
        private val WITHOUT_BODY = setOf("GET", "HEAD")
    }
}
