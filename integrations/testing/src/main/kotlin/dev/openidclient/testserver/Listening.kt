package dev.openidclient.testserver

import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import com.sun.net.httpserver.HttpsConfigurator
import com.sun.net.httpserver.HttpsExchange
import com.sun.net.httpserver.HttpsParameters
import com.sun.net.httpserver.HttpsServer
import dev.openidclient.http.HttpBody
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import java.io.IOException
import java.net.InetAddress
import java.net.InetSocketAddress
import java.security.cert.X509Certificate
import java.util.concurrent.Executors
import javax.net.ssl.SSLContext
import javax.net.ssl.SSLPeerUnverifiedException

/** Answers what comes to a port of 127.0.0.1 with what [outcome] makes of it. */
internal class Listening(
    tls: SSLContext?,
    port: Int,
    private val origin: (port: Int) -> String,
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
    private val outcome: suspend (HttpRequest, X509Certificate?) -> Outcome,
) : AutoCloseable {
    private val scope = CoroutineScope(SupervisorJob() + dispatcher)

    private val threads =
        Executors.newCachedThreadPool { work ->
            Thread(work, "test-authorization-server").apply { isDaemon = true }
        }

    private val http: HttpServer = open(tls, InetSocketAddress(InetAddress.getByName("127.0.0.1"), port))

    val port: Int get() = http.address.port

    init {
        http.executor = threads
        http.createContext("/") { exchange -> scope.launch { serve(exchange) } }
        http.start()
    }

    private fun open(
        tls: SSLContext?,
        address: InetSocketAddress,
    ): HttpServer {
        if (tls == null) return HttpServer.create(address, 0)
        return HttpsServer.create(address, 0).apply {
            httpsConfigurator =
                object : HttpsConfigurator(tls) {
                    override fun configure(parameters: HttpsParameters) {
                        parameters.setSSLParameters(tls.defaultSSLParameters.apply { wantClientAuth = true })
                    }
                }
        }
    }

    private suspend fun serve(exchange: HttpExchange) {
        try {
            when (val outcome = outcome(request(exchange), certificate(exchange))) {
                is Outcome.Answer -> answer(exchange, outcome.response, outcome.response.bodySize)
                is Outcome.Half -> answer(exchange, outcome.response, outcome.response.bodySize / 2)
                is Outcome.Refused, is Outcome.Lost -> Unit
            }
        } catch (_: IOException) {
            // the client went away
        } catch (e: IllegalArgumentException) {
            answer(exchange, response("no request: ${e.message}", "text/plain", BAD_REQUEST))
        } finally {
            // without an answer this closes the connection
            exchange.close()
        }
    }

    private fun request(exchange: HttpExchange): HttpRequest {
        val body = exchange.requestBody.readAllBytes()
        val type = exchange.requestHeaders.getFirst("content-type")
        val fields = exchange.requestHeaders.filterKeys { it.lowercase() !in OF_THE_CONNECTION }
        val url = origin(port) + exchange.requestURI.toASCIIString()
        val content = type?.let { HttpBody.bytes(it, body) }
        return HttpRequest(exchange.requestMethod, url, HttpHeaders.of(fields), content)
    }

    private fun certificate(exchange: HttpExchange): X509Certificate? =
        try {
            (exchange as? HttpsExchange)?.sslSession?.peerCertificates?.firstOrNull() as? X509Certificate
        } catch (_: SSLPeerUnverifiedException) {
            null
        }

    private fun answer(
        exchange: HttpExchange,
        response: HttpResponse,
        sent: Int = response.bodySize,
    ) {
        for ((name, values) in response.headers.toMap()) values.forEach { exchange.responseHeaders.add(name, it) }
        val hasBody = response.bodySize > 0 && exchange.requestMethod != "HEAD"
        exchange.sendResponseHeaders(response.status, if (hasBody) response.bodySize.toLong() else NO_BODY)
        if (!hasBody) return
        exchange.responseBody.write(response.body, 0, sent)
        // half a body is not flushed by the end of the exchange
        exchange.responseBody.flush()
    }

    override fun close() {
        scope.cancel()
        http.stop(0)
        threads.shutdownNow()
    }

    private companion object {
        const val NO_BODY = -1L

        /** What a request of the library cannot have, as engines write it. */
        val OF_THE_CONNECTION =
            setOf(
                "connection",
                "content-length",
                "content-type",
                "expect",
                "host",
                "http2-settings",
                "keep-alive",
                "proxy-authenticate",
                "proxy-authorization",
                "proxy-connection",
                "te",
                "trailer",
                "transfer-encoding",
                "upgrade",
            )
    }
}
