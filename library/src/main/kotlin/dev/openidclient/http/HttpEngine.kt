package dev.openidclient.http

import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.engine.cio.endpoint
import io.ktor.client.engine.java.Java
import io.ktor.client.plugins.HttpTimeoutConfig
import io.ktor.client.engine.cio.CIO as CioEngine

/** The HTTP engine of a client that was given no transport. */
public enum class HttpEngine {
    /** [JAVA] where the platform has `java.net.http`, else [CIO] (Android). */
    AUTOMATIC,

    /** The JDK's HTTP client: kept-alive connections, TLS 1.3, HTTP/2, elliptic-curve client keys. */
    JAVA,

    /** Ktor's own engine: runs everywhere, opens a connection for each request, TLS 1.2 only. */
    CIO,
    ;

    internal fun createClient(): HttpClient =
        when (if (this == AUTOMATIC) automatic() else this) {
            CIO ->
                HttpClient(CioEngine) {
                    sendOnly()
                    engine {
                        // the client's own timeout covers the whole request; the engine's default of 15 s would cut it short
                        requestTimeout = 0
                        endpoint { connectTimeout = HttpTimeoutConfig.INFINITE_TIMEOUT_MS }
                    }
                }
            else -> HttpClient(Java) { sendOnly() }
        }

    private fun automatic(): HttpEngine =
        try {
            Class.forName("java.net.http.HttpClient", false, HttpEngine::class.java.classLoader)
            JAVA
        } catch (_: ClassNotFoundException) {
            CIO
        }
}

/** Neither redirects nor exceptions for a status: what an answer means is decided above the transport. */
internal fun HttpClientConfig<*>.sendOnly() {
    followRedirects = false
    expectSuccess = false
}
