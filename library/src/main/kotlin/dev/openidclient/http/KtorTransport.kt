package dev.openidclient.http

import dev.openidclient.error.InvalidResponseException
import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.plugins.HttpRedirect
import io.ktor.client.plugins.pluginOrNull
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.prepareRequest
import io.ktor.client.request.setBody
import io.ktor.client.request.url
import io.ktor.client.statement.bodyAsChannel
import io.ktor.http.ContentType
import io.ktor.http.HttpMethod
import io.ktor.http.content.ByteArrayContent
import io.ktor.utils.io.ByteReadChannel
import io.ktor.utils.io.readAvailable
import java.io.ByteArrayOutputStream
import io.ktor.client.statement.HttpResponse as KtorResponse

/**
 * Sends through a Ktor client of any engine.
 *
 * A [HttpClient] that is handed in is used with its own configuration (proxy, TLS, plugins), but with redirects and
 * `expectSuccess` off, and stays the caller's to close; installing the `HttpRedirect` plugin in it by hand is refused with
 * [IllegalArgumentException]. Turn its retries off: OkHttp's `retryOnConnectionFailure` sends a POST up to three times, which uses up an
 * authorization code or a rotated refresh token.
 */
public class KtorTransport(
    client: HttpClient,
) : HttpTransport {
    private val client: HttpClient = client.config { sendOnly() }

    init {
        require(this.client.pluginOrNull(HttpRedirect) == null) {
            "the HttpClient has the HttpRedirect plugin installed: OAuth requests must not follow redirects"
        }
    }

    override suspend fun send(request: HttpRequest): HttpResponse =
        mappingFailures(request) {
            client.prepareRequest { build(request) }.execute { response ->
                HttpResponse(
                    response.status.value,
                    HttpHeaders.received(response.headers.entries().associate { it.key to it.value }),
                    readBody(response, request.maximumResponseSize),
                )
            }
        }

    private fun HttpRequestBuilder.build(request: HttpRequest) {
        method = HttpMethod(request.method)
        url(request.url)
        for (name in request.headers.names) {
            for (value in request.headers.all(name)) headers.append(name, value)
        }
        request.body?.let { setBody(ByteArrayContent(it.contentUncopied(), ContentType.parse(it.contentType))) }
    }
}

/** Neither redirects nor exceptions for a status: what an answer means is decided above the transport. */
internal fun HttpClientConfig<*>.sendOnly() {
    followRedirects = false
    expectSuccess = false
}

private const val CHUNK = 8 * 1024

/** Counts the bytes as they come: a length that the server announces, or does not, decides nothing. */
private suspend fun readBody(
    response: KtorResponse,
    maximumSize: Int,
): ByteArray {
    val announced = response.headers["Content-Length"]?.toLongOrNull() ?: 0
    if (announced > maximumSize) throw tooLarge(response, maximumSize)
    val channel: ByteReadChannel = response.bodyAsChannel()
    val body = ByteArrayOutputStream(if (announced > 0) announced.toInt() else CHUNK)
    val chunk = ByteArray(CHUNK)
    while (true) {
        val count = channel.readAvailable(chunk, 0, chunk.size)
        if (count < 0) return body.toByteArray()
        if (body.size() + count > maximumSize) throw tooLarge(response, maximumSize)
        body.write(chunk, 0, count)
    }
}

private fun tooLarge(
    response: KtorResponse,
    maximumSize: Int,
): InvalidResponseException = bodyTooLarge(response.status.value, maximumSize)
