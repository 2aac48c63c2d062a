package dev.openidclient.http

import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.engine.cio.endpoint
import io.ktor.client.engine.java.Java
import io.ktor.client.plugins.HttpTimeoutConfig
import io.ktor.network.tls.CertificateAndKey
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

    /** Throws [IllegalArgumentException] where this engine cannot present the client key of [tls]. */
    internal fun createClient(tls: TlsSettings?): HttpClient = 
        when (if (this == AUTOMATIC) automatic() else this) {
            CIO -> cio(tls)
            else -> JavaEngine.createClient(tls)
        }

    private fun cio(tls: TlsSettings?): HttpClient {
        val identity = tls?.identity
        require(identity == null || identity.key.algorithm == "RSA") {
            "the engine CIO cannot present a client key of the kind ${identity?.key?.algorithm}, only RSA: " +
                "use HttpEngine.JAVA, or a transport with another Ktor engine (OkHttp, Apache5)"
        }
        return HttpClient(CioEngine) {
            sendOnly()
            engine {
                // the client's own timeout covers the whole request; the engine's default of 15 s would cut it short
                requestTimeout = 0
                endpoint { connectTimeout = HttpTimeoutConfig.INFINITE_TIMEOUT_MS }
                if (tls != null) {
                    https {
                        trustManager = Jsse.trustManager(tls)
                        identity?.let { certificates.add(CertificateAndKey(it.chain.toTypedArray(), it.key)) }
                    }
                }
            }
        }
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

/** Apart from [HttpEngine], so that a platform without `java.net.http` never loads what refers to it. */
private object JavaEngine {
    fun createClient(tls: TlsSettings?): HttpClient =
        HttpClient(Java) {
            sendOnly()
            if (tls != null) engine { config { sslContext(Jsse.context(tls)) } }
        }
}
