package dev.openidclient.http

import dev.openidclient.contract.LocalServer
import dev.openidclient.contract.LocalServer.Connection
import io.ktor.client.HttpClient
import io.ktor.client.engine.okhttp.OkHttp
import java.util.ServiceLoader
import javax.net.ssl.SSLSocketFactory
import javax.net.ssl.X509TrustManager
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

internal const val CIO_ENGINE = "CIO"

internal const val JDK_ENGINE = "the JDK's client"
internal const val OKHTTP_ENGINE = "an OkHttp that was handed in"

/**
 * A transport on an OkHttp of another module. Where its tests provide one (`META-INF/services`), the tests of engines,
 * extended there, run with it and with no other.
 */
interface OkHttpEngine {
    /** With what JSSE is to present and to trust, or with what OkHttp takes by itself. */
    fun open(
        socketFactory: SSLSocketFactory?,
        trustManager: X509TrustManager?,
    ): CloseableHttpTransport
}

/** A transport of every engine, by the name of the engine; each is closed by who made it. */
internal val TLS_ENGINES: Map<String, (TlsSettings?) -> OwnTransport> =
    ServiceLoader
        .load(OkHttpEngine::class.java)
        .associate {
            OKHTTP_ENGINE to { tls: TlsSettings? ->
                it.open(tls)
            }
        }.ifEmpty {
            mapOf(
                JDK_ENGINE to { tls -> HttpEngine.JAVA.createTransport(tls) },
                CIO_ENGINE to { tls -> HttpEngine.CIO.createTransport(tls) },
                OKHTTP_ENGINE to { tls -> HandedIn(okHttp(tls)) },
            )
        }

/** Those that the library, or that other module of it, makes: a cut answer is none there, however it is cut. */
internal val OWN_ENGINES: Map<String, (TlsSettings?) -> OwnTransport> =
    if (JDK_ENGINE in TLS_ENGINES) TLS_ENGINES - OKHTTP_ENGINE else TLS_ENGINES

private fun OkHttpEngine.open(tls: TlsSettings?): OwnTransport {
    val transport = open(tls?.let { Jsse.context(it).socketFactory }, tls?.let(Jsse::trustManager))
    return object : OwnTransport, CloseableHttpTransport by transport {
        override val offersOnlyRecommendedSuites = false
        override val presentsCertificate = false
    }
}

/**
 * The longest that an [engine] holds a connection whose call is given up while it is made. An OkHttp does not see a
 * cancellation that falls just before it opens the connection, or between that and the TLS handshake, and goes on until
 * its own read timeout, of 10 s.
 */
internal fun hangUpTime(engine: String): Duration = if (engine == OKHTTP_ENGINE) 30.seconds else 10.seconds

/** The same that trust the system's authorities. */
internal val ENGINES: Map<String, () -> OwnTransport> = TLS_ENGINES.mapValues { (_, new) -> { new(null) } }

/** With the settings that it has by itself: its retries are on. */
private fun okHttp(tls: TlsSettings?) =
    HttpClient(OkHttp) {
        engine {
            config {
                tls?.let { sslSocketFactory(Jsse.context(it).socketFactory, Jsse.trustManager(it)) }
            }
        }
    }

private class HandedIn(
    private val client: HttpClient,
) : OwnTransport {
    private val transport = KtorTransport(client)

    override val offersOnlyRecommendedSuites = false
    override val presentsCertificate = false

    override suspend fun send(request: HttpRequest): HttpResponse = transport.send(request)

    override fun close() = client.close()
}

/** Sends [request] to a server that answers with [answer]. */
internal suspend fun (() -> OwnTransport).exchange(
    request: (LocalServer) -> HttpRequest = { get(it) },
    answer: Connection.() -> Unit,
): Pair<HttpResponse, LocalServer> =
    this().use { transport ->
        LocalServer(answer = answer).use { server -> transport.send(request(server)) to server }
    }

internal fun url(server: LocalServer) = "http://127.0.0.1:${server.port}/"

internal fun get(
    server: LocalServer,
    maximum: Int = HttpRequest.DEFAULT_MAXIMUM_RESPONSE_SIZE,
) = HttpRequest("GET", url(server), maximumResponseSize = maximum)

internal const val CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
