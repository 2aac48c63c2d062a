package dev.openidclient.http

import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.plugins.HttpRedirect
import io.ktor.client.plugins.pluginOrNull
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.prepareRequest
import io.ktor.client.request.setBody
import io.ktor.client.request.url
import io.ktor.client.statement.bodyAsChannel
import io.ktor.http.Headers
import io.ktor.http.HttpMethod
import io.ktor.http.content.OutgoingContent
import io.ktor.http.headersOf
import io.ktor.utils.io.ByteReadChannel
import io.ktor.utils.io.readAvailable
import kotlinx.coroutines.isActive
import java.io.ByteArrayOutputStream
import java.io.EOFException
import java.io.IOException
import io.ktor.client.statement.HttpResponse as KtorResponse

/**
 * Sends through a Ktor client of any engine.
 *
 * A [HttpClient] that is handed in is used with its own configuration (proxy, TLS, plugins), but with redirects and
 * `expectSuccess` off, and stays the caller's to close; installing the `HttpRedirect` plugin in it by hand is refused
 * with [IllegalArgumentException]. Turn its retries off: OkHttp's `retryOnConnectionFailure` sends a POST up to three
 * times, which uses up an authorization code or a rotated refresh token.
 */
public class KtorTransport(
    private val original: HttpClient,
) : HttpTransport {
    private val client: HttpClient = original.config { sendOnly() }

    init {
        require(client.pluginOrNull(HttpRedirect) == null) {
            "the HttpClient has the HttpRedirect plugin installed: OAuth requests must not follow redirects"
        }
    }

    override suspend fun send(request: HttpRequest): HttpResponse =
        mappingFailures(request) {
            // the derived client lives on, and some engines with it
            if (!original.isActive) throw IOException("the client is closed")
            client.prepareRequest { build(request) }.execute { response ->
                HttpResponse(
                    response.status.value,
                    HttpHeaders.received(response.headers.entries().associate { it.key to it.value }),
                    readBody(response, request),
                )
            }
        }

    private fun HttpRequestBuilder.build(request: HttpRequest) {
        method = HttpMethod(request.method)
        url(request.url)
        for (name in request.headers.names) {
            for (value in request.headers.all(name)) headers.append(name, value)
        }
        request.body?.let { setBody(Content(it)) }
    }
}

/** Neither redirects nor exceptions for a status: what an answer means is decided above the transport. */
internal fun HttpClientConfig<*>.sendOnly() {
    followRedirects = false
    expectSuccess = false
}

/** Sends the media type as it is written; Ktor's own type would put a space before its parameters. */
private class Content(
    private val body: HttpBody,
) : OutgoingContent.ByteArrayContent() {
    override val headers: Headers = headersOf("Content-Type", body.contentType)
    override val contentLength: Long = body.size.toLong()

    override fun bytes(): ByteArray = body.contentUncopied()
}

private const val CHUNK = 8 * 1024

/** Counts the bytes as they come, for a server may announce no length, or another one. */
private suspend fun readBody(
    response: KtorResponse,
    request: HttpRequest,
): ByteArray {
    val announced = announcedSize(response, request)
    val maximumSize = request.maximumResponseSize
    if (announced > maximumSize) throw bodyTooLarge(response.status.value, maximumSize)
    val channel: ByteReadChannel = response.bodyAsChannel()
    val body = ByteArrayOutputStream(if (announced > 0) announced.toInt() else CHUNK)
    val chunk = ByteArray(CHUNK)
    while (true) {
        val count = channel.readAvailable(chunk, 0, chunk.size)
        if (count < 0) break
        if (body.size() + count > maximumSize) throw bodyTooLarge(response.status.value, maximumSize)
        body.write(chunk, 0, count)
    }
    // a channel that failed before it was asked ends like a complete one
    channel.closedCause?.let { throw it }
    if (body.size() < announced) throw EOFException("the body ended after ${body.size()} of $announced bytes")
    return body.toByteArray()
}

/**
 * What the server says about the size of the body, or 0 where it says nothing, or speaks of a body that does not come.
 */
private fun announcedSize(
    response: KtorResponse,
    request: HttpRequest,
): Long = response.headers["Content-Length"]?.takeIf { request.expectsBody(response.status.value) }?.toLongOrNull() ?: 0
