package dev.openidclient.http

import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import io.ktor.client.engine.cio.endpoint
import io.ktor.client.plugins.HttpTimeoutConfig
import io.ktor.network.tls.CertificateAndKey
import java.security.cert.CertificateException
import java.security.cert.X509Certificate
import javax.net.ssl.X509TrustManager

/** The HTTP engine of a client that was given no transport. */
public enum class HttpEngine {
    /** [JAVA] where the platform has `java.net.http`, else [CIO] (Android). */
    AUTOMATIC,

    /**
     * The JDK's HTTP client: kept-alive connections, TLS 1.3, HTTP/2, elliptic-curve client keys. On JDK 11 to 15 the
     * cancellation of a call does not close its connection. A GET whose connection ends without an answer is sent once
     * more. The head of an answer may have 384 KiB (the system property `jdk.http.maxHeaderSize`; JDK 11 and 17 before
     * their updates of October 2024: no bound).
     */
    JAVA,

    /**
     * Ktor's own engine: runs everywhere, opens a connection for each request, TLS 1.2 only. Servers need a
     * certificate with a DNS name. A line of an answer's head may have 8 KiB, the number of lines has no bound: use it
     * with servers that you trust. It takes an interim answer (1xx) for the answer.
     */
    CIO,
    ;

    /** Throws [IllegalArgumentException] where this engine cannot present the client key of [tls]. */
    internal fun createTransport(tls: TlsSettings? = null): OwnTransport =
        when (if (this == AUTOMATIC) automatic() else this) {
            CIO -> CioTransport(cioClient(tls))
            else -> JdkTransport(tls)
        }

    private fun automatic(): HttpEngine =
        try {
            Class.forName("java.net.http.HttpClient", false, HttpEngine::class.java.classLoader)
            JAVA
        } catch (_: ClassNotFoundException) {
            CIO
        }
}

/** What a client made for itself, and closes. */
internal interface OwnTransport :
    HttpTransport,
    AutoCloseable

private class CioTransport(
    private val client: HttpClient,
) : OwnTransport {
    private val transport = KtorTransport(client)

    override suspend fun send(request: HttpRequest): HttpResponse = transport.send(request)

    override fun close(): Unit = client.close()
}

private fun cioClient(tls: TlsSettings?): HttpClient {
    val identity = tls?.identity
    require(identity == null || identity.key.algorithm == "RSA") {
        "the engine CIO cannot present a client key of the kind ${identity?.key?.algorithm}, only RSA: " +
            "use HttpEngine.JAVA, or a transport with another Ktor engine (OkHttp, Apache5)"
    }
    return HttpClient(CIO) {
        sendOnly()
        engine {
            // the client's own timeout covers the whole request; the engine's default of 15 s would cut it short
            requestTimeout = 0
            endpoint { connectTimeout = HttpTimeoutConfig.INFINITE_TIMEOUT_MS }
            https {
                val trusting = lazy { Jsse.trustManager(tls) }
                // one's own authorities are judged at once, the system's are read where a certificate must be checked
                if (tls?.trusted != null) trusting.value
                trustManager = DnsNameRequired(trusting)
                identity?.let { certificates.add(CertificateAndKey(it.chain.toTypedArray(), it.key)) }
            }
        }
    }
}

/** CIO compares the host with the DNS names of the server's certificate, but takes one that has none for every host. */
private class DnsNameRequired(
    trusting: Lazy<X509TrustManager>,
) : X509TrustManager {
    private val trusting by trusting

    override fun getAcceptedIssuers(): Array<X509Certificate> = trusting.acceptedIssuers

    override fun checkClientTrusted(
        chain: Array<X509Certificate>,
        authType: String,
    ): Unit = trusting.checkClientTrusted(chain, authType)

    override fun checkServerTrusted(
        chain: Array<X509Certificate>,
        authType: String,
    ) {
        trusting.checkServerTrusted(chain, authType)
        if (chain.first().subjectAlternativeNames.orEmpty().none { it.first() == DNS_NAME }) {
            throw CertificateException(
                "the server's certificate has no DNS name, so the engine CIO cannot check its host",
            )
        }
    }

    private companion object {
        // RFC 5280 §4.2.1.6: GeneralName
        const val DNS_NAME = 2
    }
}
