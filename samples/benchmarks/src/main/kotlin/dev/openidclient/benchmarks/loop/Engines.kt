package dev.openidclient.benchmarks.loop

import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.engine.apache5.Apache5
import io.ktor.client.engine.cio.CIO
import io.ktor.client.engine.cio.endpoint
import io.ktor.client.engine.java.Java
import io.ktor.client.engine.okhttp.OkHttp
import io.ktor.client.plugins.HttpTimeoutConfig
import okhttp3.ConnectionPool
import okhttp3.Dispatcher
import okhttp3.OkHttpClient
import java.util.concurrent.TimeUnit
import java.net.http.HttpClient as JdkClient

/** The HTTP clients of floors and of the library's own transports: with the same settings, as far as they have them. */
internal class Engines(
    private val stub: StubProcess,
    scheme: String,
) {
    private val isTls = scheme == "https"

    fun jdk(): JdkClient =
        JdkClient
            .newBuilder()
            .followRedirects(JdkClient.Redirect.NEVER)
            .apply { if (isTls) sslContext(stub.sslContext) }
            .build()

    fun ktorJava(): HttpClient =
        HttpClient(Java) {
            sendOnly()
            engine { config { if (isTls) sslContext(stub.sslContext) } }
        }

    /** As the library makes it for itself. */
    fun cio(): HttpClient =
        HttpClient(CIO) {
            sendOnly()
            engine {
                requestTimeout = 0
                endpoint { connectTimeout = HttpTimeoutConfig.INFINITE_TIMEOUT_MS }
                https { if (isTls) trustManager = stub.trustManager }
            }
        }

    fun okHttp(): HttpClient =
        HttpClient(OkHttp) {
            sendOnly()
            engine { config { configure() } }
        }

    fun bareOkHttp(): OkHttpClient = OkHttpClient.Builder().apply { configure() }.build()

    /** With as many connections to one host as there are workers; its own five would be the concurrency. */
    private fun OkHttpClient.Builder.configure() {
        dispatcher(Dispatcher().apply { maxRequestsPerHost = MOST_WORKERS })
        connectionPool(ConnectionPool(MOST_WORKERS, 1, TimeUnit.MINUTES))
        if (isTls) sslSocketFactory(stub.sslContext.socketFactory, stub.trustManager)
    }

    fun apache(): HttpClient =
        HttpClient(Apache5) {
            sendOnly()
            engine { if (isTls) sslContext = stub.sslContext }
        }

    private fun HttpClientConfig<*>.sendOnly() {
        followRedirects = false
        expectSuccess = false
    }

    companion object {
        /** The highest concurrency of a row. */
        const val MOST_WORKERS: Int = 64
    }
}
