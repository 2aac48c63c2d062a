package dev.openidclient.tampering

import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import dev.openidclient.integration.OidcProvider
import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import io.ktor.client.request.request
import io.ktor.client.request.setBody
import io.ktor.client.statement.readRawBytes
import io.ktor.http.HttpMethod
import kotlinx.coroutines.runBlocking
import java.io.IOException
import java.net.InetSocketAddress
import java.net.URI
import java.util.Locale
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger

/** What the proxy does with the requests of one run. */
internal fun interface Station {
    fun answer(asked: Asked): Answer
}

/**
 * An HTTP server between the clients and `oidc-provider`. A request names its run in the header [RUN], and that run's
 * [Station] answers it; requests without it, as those of the browser, pass through.
 */
internal object TamperingProxy {
    const val RUN: String = "x-run"

    private val stations = ConcurrentHashMap<String, Station>()
    private val count = AtomicInteger()
    private val upstream = HttpClient(CIO) { followRedirects = false }

    private val server: HttpServer =
        HttpServer.create(InetSocketAddress("127.0.0.1", 0), BACKLOG).apply {
            createContext("/", ::handle)
            executor = Executors.newCachedThreadPool { Thread(it, "tampering-proxy").apply { isDaemon = true } }
            start()
        }

    val origin: String = "http://127.0.0.1:${server.address.port}"

    /** The name under which [station] answers. */
    fun add(station: Station): String = "run-${count.incrementAndGet()}".also { stations[it] = station }

    fun remove(run: String) {
        stations.remove(run)
    }

    /** What the genuine server answers; it sees the client's `Host`, so that its URLs and DPoP's are the proxy's. */
    fun forward(asked: Asked): Answer =
        runBlocking {
            val genuine = URI(OidcProvider.everything.url)
            val response =
                upstream.request("http://${genuine.authority}${asked.path}") {
                    method = HttpMethod(asked.method)
                    for ((name, value) in asked.headers) if (name !in OF_ONE_CONNECTION) headers.append(name, value)
                    if (asked.body.isNotEmpty()) setBody(asked.body)
                }
            val headers =
                response.headers.entries().flatMap { (name, values) ->
                    val lower = name.lowercase(Locale.ROOT)
                    if (lower in OF_ONE_CONNECTION) emptyList() else values.map { lower to it }
                }
            Answer(response.status.value, headers, response.readRawBytes())
        }

    private fun handle(exchange: HttpExchange) {
        exchange.use {
            val asked =
                Asked(
                    exchange.requestMethod,
                    exchange.requestURI.toString(),
                    exchange.requestHeaders.entries.associate { (name, values) ->
                        name.lowercase(Locale.ROOT) to values.joinToString(", ")
                    },
                    exchange.requestBody.readBytes(),
                )
            val station = asked.headers[RUN]?.let { run -> stations[run] ?: Station { Answer.json(410, "{}") } }
            send(exchange, station?.answer(asked) ?: forward(asked))
        }
    }

    private fun send(
        exchange: HttpExchange,
        answer: Answer,
    ) {
        for ((name, value) in answer.headers) exchange.responseHeaders.add(name, value)
        val length = if (answer.status in WITHOUT_BODY) 0L else (answer.announced ?: answer.body.size).toLong()
        try {
            exchange.sendResponseHeaders(answer.status, if (length == 0L) NO_BODY else length)
            if (length > 0) exchange.responseBody.write(answer.body)
        } catch (_: IOException) {
            // the client has read enough, or the length was a lie
        }
    }

    private const val BACKLOG = 256
    private const val NO_BODY = -1L
    private val WITHOUT_BODY = setOf(204, 304)
    private val OF_ONE_CONNECTION =
        setOf("connection", "content-length", "date", "keep-alive", "transfer-encoding", "upgrade", RUN)
}

private inline fun HttpExchange.use(block: () -> Unit) =
    try {
        block()
    } finally {
        close()
    }
