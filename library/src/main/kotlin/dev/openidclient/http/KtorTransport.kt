package dev.openidclient.http

import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.engine.cio.CIOEngineConfig
import io.ktor.client.plugins.HttpRedirect
import io.ktor.client.plugins.HttpRequestRetry
import io.ktor.client.plugins.pluginOrNull
import io.ktor.client.plugins.retry
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.prepareRequest
import io.ktor.client.request.setBody
import io.ktor.client.request.url
import io.ktor.client.statement.bodyAsChannel
import io.ktor.http.Headers
import io.ktor.http.HttpMethod
import io.ktor.http.content.OutgoingContent
import io.ktor.http.headersOf
import io.ktor.util.AttributeKey
import io.ktor.utils.io.ByteReadChannel
import io.ktor.utils.io.readAvailable
import kotlinx.coroutines.isActive
import kotlinx.coroutines.job
import java.io.EOFException
import java.io.IOException
import io.ktor.client.statement.HttpResponse as KtorResponse

/**
 * Sends through a Ktor client of any engine.
 *
 * A [HttpClient] that is handed in is used with its own configuration (proxy, TLS, plugins), but with redirects and
 * `expectSuccess` off, and stays the caller's to close; installing the `HttpRedirect` plugin in it by hand is refused
 * with [IllegalArgumentException]. A request with a body or a DPoP proof is sent once, whatever the client says of
 * retries: the plugin `HttpRequestRetry` is off for these requests, and OkHttp never repeats one with a body, also not
 * after a kept connection that the server has just closed: that is a [dev.openidclient.error.TransportException].
 * Each request has the attribute `dev.openidclient.own` (`AttributeKey<Unit>`), for plugins that are to leave it alone.
 *
 * The page `docs/ktor.md` shows it in an application.
 */
public class KtorTransport internal constructor(
    private val original: HttpClient,
    private val proxy: HttpProxy?,
) : HttpTransport {
    public constructor(original: HttpClient) : this(original, proxy = null)

    private val client: HttpClient = whereKtorLoads { original.config { sendOnly() } }

    init {
        require(client.pluginOrNull(HttpRedirect) == null) {
            "the HttpClient has the HttpRedirect plugin installed: OAuth requests must not follow redirects " +
                "(followRedirects = false)"
        }
        // the engine ends with the last of its clients, and this one is nobody else's to close
        whereKtorLoads { original.coroutineContext.job.invokeOnCompletion { client.close() } }
    }

    private val repeats = client.pluginOrNull(HttpRequestRetry) != null

    private val isCio = original.engineConfig is CIOEngineConfig

    /** Null for a client that was handed in. */
    private val own = original.engine as? QuietEngine

    // some of what an old version lacks is missed only here
    override suspend fun send(request: HttpRequest): HttpResponse = whereKtorLoads { sendLoaded(request) }

    private suspend fun sendLoaded(request: HttpRequest): HttpResponse =
        mappingFailures(request) {
            // the derived client lives on, and some engines with it
            if (!original.isActive) throw IOException(CLOSED)
            if (isCio) requireCheckableHost(request)
            val statement = client.prepareRequest { build(request) }
            // what another engine finds wrong with a request is the caller's mistake
            if (isCio) handedOver()
            statement.execute { response ->
                headReceived()
                val status = response.status.value
                // what came through TLS is the server's: without a tunnel CIO has no answer
                if (own != null && !request.isSecured) requireNoProxyRefusal(status, request, proxy)
                val headers = HttpHeaders.received(response.headers.entries())
                val received = HttpResponse.received(status, headers, readBody(response, request))
                if (isCio && isOpenEnded(response, request)) {
                    request.requireWhole(received, "the engine CIO", "use HttpEngine.JAVA, or OkHttp")
                }
                received
            }
        }

    private fun requireCheckableHost(request: HttpRequest) {
        if (own?.checksAddress == true || !request.isSecured) return
        val host = AbsoluteUrl.parse(request.url)?.host ?: return
        if (IpAddressHost.of(host) != null) throw uncheckedAddress(request)
    }

    private fun HttpRequestBuilder.build(request: HttpRequest) {
        method = HttpMethod(request.method)
        attributes.put(OWN_REQUEST, Unit)
        if (own == null) {
            url(request.url)
        } else {
            url(request.url.substringBefore('?'))
            attributes.put(QuietEngine.WHOLE_URL, request.url)
        }
        for (name in request.headers.names) {
            for (value in request.headers.all(name)) headers.append(name, value)
        }
        request.body?.let { setBody(Content(it)) }
        if (repeats && isForOnce(request)) retry { noRetry() }
    }

    /** A code or a refresh token may be in the body, and a proof is good for one time (RFC 9449 §11.1). */
    private fun isForOnce(request: HttpRequest): Boolean = request.body != null || "dpop" in request.headers
}

/** Plugins that authorize requests know by it those that are authorized already, or that bring the token. */
private val OWN_REQUEST = AttributeKey<Unit>("dev" + ".openidclient.own")

/** Neither redirects nor exceptions for a status: what an answer means is decided above the transport. */
internal fun HttpClientConfig<*>.sendOnly() {
    followRedirects = false
    expectSuccess = false
}

/**
 * A stream, which OkHttp never sends a second time; bytes it repeats after a lost connection, a 408 and a 503. The
 * media type is sent as it is written; Ktor's own type would put a space before its parameters.
 */
private class Content(
    private val body: HttpBody,
) : OutgoingContent.ReadChannelContent() {
    override val headers: Headers = headersOf("Content-Type", body.contentType)
    override val contentLength: Long = body.size.toLong()

    override fun readFrom(): ByteReadChannel = ByteReadChannel(body.contentUncopied())
}

private suspend fun readBody(
    response: KtorResponse,
    request: HttpRequest,
): ByteArray {
    val announced = announcedSize(response, request)
    val body = ReceivedBody(announced, request.maximumResponseSize)
    if (body.isTooLarge) throw bodyTooLarge(response.status.value, request.maximumResponseSize)
    val channel: ByteReadChannel = response.bodyAsChannel()
    while (true) {
        val count = body.add { array, offset, length -> channel.readAvailable(array, offset, length) }
        if (count < 0) break
        if (body.isTooLarge) throw bodyTooLarge(response.status.value, request.maximumResponseSize)
    }
    // a channel that failed before it was asked ends like a complete one
    channel.closedCause?.let { throw it }
    if (body.size < announced) throw EOFException("the body ended after ${body.size} of $announced bytes")
    return body.bytes()
}

/**
 * CIO takes the end of the connection for the last chunk, and over TLS for the end of the body whether or not the server
 * said `close_notify`.
 */
private fun isOpenEnded(
    response: KtorResponse,
    request: HttpRequest,
): Boolean =
    response.headers["Transfer-Encoding"] != null ||
        (request.isSecured && response.headers["Content-Length"]?.toLongOrNull() == null)

/**
 * What the server says about the size of the body, or 0 where it says nothing, or speaks of a body that does not come.
 */
private fun announcedSize(
    response: KtorResponse,
    request: HttpRequest,
): Long = response.headers["Content-Length"]?.takeIf { request.expectsBody(response.status.value) }?.toLongOrNull() ?: 0
