package dev.openidclient.http

import kotlinx.coroutines.suspendCancellableCoroutine
import java.io.File
import java.io.IOException
import java.io.UncheckedIOException
import java.net.InetSocketAddress
import java.net.Proxy
import java.net.ProxySelector
import java.net.SocketAddress
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandler
import java.net.http.HttpResponse.BodySubscriber
import java.net.http.HttpResponse.ResponseInfo
import java.nio.ByteBuffer
import java.time.Duration
import java.util.Properties
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.CompletionStage
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.Flow
import javax.net.ssl.SSLContext
import javax.net.ssl.SSLParameters
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import java.net.http.HttpRequest as JdkRequest
import java.net.http.HttpResponse as JdkResponse

/**
 * Sends through the JDK's own HTTP client, directly: cancellation has to hang up, and that client listens only to a
 * `cancel(true)` of its own future (since JDK 16), which an adapter in between does not call.
 */
internal class JdkTransport(
    tls: TlsSettings?,
    private val proxy: HttpProxy?,
    override val offersOnlyRecommendedSuites: Boolean,
) : OwnTransport {
    init {
        require(proxy?.authorization == null || !isBasicRefusedForTunnels()) {
            "java.net.http refuses to send the credentials of proxy { } for https URLs, unless the system property " +
                "$DISABLED_SCHEMES is set to \"\" when the JVM starts: set it, or use a transport with OkHttp"
        }
    }

    override val presentsCertificate: Boolean = HttpEngine.JAVA.presentsCertificate(tls)

    // the JDK's own live on for a minute when the client is closed, with the context class loader of who made it
    private val threads = DaemonThreads("openid-client-engine", IDLE)

    // settings that cannot be used are refused before the first request
    private val context: SSLContext? = tls?.let(Jsse::context)
    private val parameters: SSLParameters? =
        if (offersOnlyRecommendedSuites) RecommendedTls.parameters(context ?: SSLContext.getDefault()) else null

    /** Made for the first request: it reads whom the JVM trusts, and a program that starts would wait for that. */
    private val client = lazy(::createClient)

    private fun createClient(): HttpClient =
        try {
            HttpClient
                .newBuilder()
                .executor(threads)
                .followRedirects(HttpClient.Redirect.NEVER)
                .apply {
                    context?.let(::sslContext)
                    parameters?.let(::sslParameters)
                    // without it the client asks the system properties
                    proxy?.let { proxy(OneProxy(InetSocketAddress.createUnresolved(it.host, it.port))) }
                }.build()
        } catch (e: UncheckedIOException) {
            // as where the JVM's own trust store cannot be read
            throw e.cause ?: e
        }

    private val inFlight: MutableSet<CompletableFuture<*>> = ConcurrentHashMap.newKeySet()

    @Volatile private var isClosed = false

    override suspend fun send(request: HttpRequest): HttpResponse =
        mappingFailures(request) {
            val handler =
                BodyHandler { info ->
                    headReceived()
                    BoundedBody(info, request)
                }
            val response = await { client.value.sendAsync(jdkRequest(request), handler) }
            // what came through TLS is the server's
            if (!response.sslSession().isPresent) requireNoProxyRefusal(response.statusCode(), request, proxy)
            val headers = HttpHeaders.received(response.headers().map().entries)
            val received = HttpResponse.received(response.statusCode(), headers, response.body())
            if (isOpenEnded(response, request)) {
                TransportFailures.requireWhole(request, received, "java.net.http")
            }
            received
        }

    /** The client takes the end of a TLS connection for the end of a body, whether or not it says `close_notify`. */
    private fun isOpenEnded(
        response: JdkResponse<*>,
        request: HttpRequest,
    ): Boolean =
        request.isSecured && response.version() == HttpClient.Version.HTTP_1_1 &&
            !response.headers().firstValue("content-length").isPresent &&
            !response.headers().firstValue("transfer-encoding").orElse("").equals("chunked", ignoreCase = true)

    private suspend fun <T> await(start: () -> CompletableFuture<T>): T =
        suspendCancellableCoroutine { continuation ->
            if (isClosed) throw IOException(CLOSED)
            val future = start()
            inFlight += future
            continuation.invokeOnCancellation { future.cancel(true) }
            future.whenComplete { value, failure ->
                inFlight -= future
                if (failure == null) {
                    continuation.resume(value)
                } else {
                    hangUp(future)
                    continuation.resumeWithException(unwrapped(failure))
                }
            }
            // closed between the check and the start: nobody else would cancel it
            if (isClosed) future.cancel(true)
        }

    /**
     * The JDK's client keeps the connection of an answer whose head it could not parse, for good. A pending future that
     * depends on the call's own still reaches the connection; the call's own no longer does, as it is complete.
     */
    private fun hangUp(failed: CompletableFuture<*>) {
        failed.handle { _, _ -> }.thenCompose { CompletableFuture<Any?>() }.cancel(true)
    }

    private fun unwrapped(failure: Throwable): Throwable =
        if (failure is CompletionException) failure.cause ?: failure else failure

    private fun jdkRequest(request: HttpRequest): JdkRequest {
        val builder = builder(URI(request.url))
        // over plain http the client would offer an upgrade to HTTP/2 in each request, which some servers trip over
        if (request.url.startsWith("http:")) builder.version(HttpClient.Version.HTTP_1_1)
        for (name in request.headers.names) for (value in request.headers.all(name)) builder.header(name, value)
        // not sent within a tunnel: the client keeps what is the proxy's to itself
        proxy?.authorization?.let { builder.header("proxy-authorization", it) }
        request.body?.let { builder.header("content-type", it.contentType) }
        val publisher =
            request.body?.let { BodyPublishers.ofByteArray(it.contentUncopied()) } ?: BodyPublishers.noBody()
        return builder.method(request.method, publisher).build()
    }

    /** The JDK's client takes fewer names for a host than a server's metadata may have, as `a_b`. */
    private fun builder(url: URI): JdkRequest.Builder =
        try {
            JdkRequest.newBuilder(url)
        } catch (e: IllegalArgumentException) {
            throw IOException("java.net.http does not take the URL", e)
        }

    /**
     * Calls in flight end with a failure; the client's threads end with it (JDK 21 and later) or when it is collected.
     */
    override fun close() {
        isClosed = true
        inFlight.forEach { it.cancel(true) }
        if (client.isInitialized()) (client.value as? AutoCloseable)?.close()
        threads.endWhenIdle()
    }

    private companion object {
        val IDLE: Duration = Duration.ofMinutes(1)

        const val DISABLED_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes"

        /** As the client reads it: the system property, else the JDK's own file of defaults. */
        fun isBasicRefusedForTunnels(): Boolean {
            val schemes = System.getProperty(DISABLED_SCHEMES) ?: defaults().getProperty(DISABLED_SCHEMES).orEmpty()
            return schemes.split(',').any { it.trim().equals("Basic", ignoreCase = true) }
        }

        private fun defaults(): Properties {
            val file = File(System.getProperty("java.home"), "conf/net.properties")
            return Properties().apply { if (file.canRead()) file.inputStream().use(::load) }
        }
    }
}

/** As `ProxySelector.of`, which Android lacks, makes it: the same for every server. */
private class OneProxy(
    address: InetSocketAddress,
) : ProxySelector() {
    private val proxies = listOf(Proxy(Proxy.Type.HTTP, address))

    override fun select(uri: URI): List<Proxy> = proxies

    override fun connectFailed(
        uri: URI,
        address: SocketAddress,
        failure: IOException,
    ): Unit = Unit
}

/** Collects a body, and gives up at the first byte beyond what [request] takes. */
internal class BoundedBody(
    private val info: ResponseInfo,
    request: HttpRequest,
) : BodySubscriber<ByteArray> {
    private val maximumSize = request.maximumResponseSize
    private val announced =
        if (request.expectsBody(info.statusCode())) info.headers().firstValueAsLong("content-length").orElse(0) else 0
    private val body = ReceivedBody(announced, maximumSize)
    private val result = CompletableFuture<ByteArray>()
    private lateinit var subscription: Flow.Subscription

    override fun getBody(): CompletionStage<ByteArray> = result

    override fun onSubscribe(subscription: Flow.Subscription) {
        this.subscription = subscription
        if (body.isTooLarge) giveUp() else subscription.request(Long.MAX_VALUE)
    }

    override fun onNext(item: List<ByteBuffer>) {
        for (buffer in item) {
            while (buffer.hasRemaining()) {
                if (result.isDone) return
                body.add { array, offset, length -> moved(buffer, array, offset, length) }
                if (body.isTooLarge) giveUp()
            }
        }
    }

    private fun moved(
        buffer: ByteBuffer,
        array: ByteArray,
        offset: Int,
        length: Int,
    ): Int {
        val count = minOf(length, buffer.remaining())
        buffer.get(array, offset, count)
        return count
    }

    private fun giveUp() {
        subscription.cancel()
        result.completeExceptionally(bodyTooLarge(info.statusCode(), maximumSize))
    }

    override fun onError(throwable: Throwable) {
        result.completeExceptionally(throwable)
    }

    override fun onComplete() {
        result.complete(body.bytes())
    }
}
