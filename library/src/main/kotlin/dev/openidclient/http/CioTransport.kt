package dev.openidclient.http

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.Reached
import dev.openidclient.error.TransportException
import io.ktor.client.HttpClient
import io.ktor.client.engine.HttpClientEngine
import io.ktor.client.engine.HttpClientEngineBase
import io.ktor.client.engine.HttpClientEngineCapability
import io.ktor.client.engine.HttpClientEngineConfig
import io.ktor.client.engine.ProxyBuilder
import io.ktor.client.engine.cio.CIO
import io.ktor.client.engine.cio.CIOEngineConfig
import io.ktor.client.engine.cio.endpoint
import io.ktor.client.plugins.HttpTimeoutConfig
import io.ktor.client.request.HttpRequestData
import io.ktor.client.request.HttpResponseData
import io.ktor.http.URLBuilder
import io.ktor.http.Url
import io.ktor.http.takeFrom
import io.ktor.network.tls.CertificateAndKey
import io.ktor.util.AttributeKey
import io.ktor.utils.io.InternalAPI
import java.io.IOException
import java.security.cert.CertificateException
import java.security.cert.X509Certificate
import javax.net.ssl.X509TrustManager

/** Sends through Ktor's engine CIO, made safe from outside, or refused where it cannot be. */
internal class CioTransport(
    private val tls: TlsSettings?,
    private val proxy: HttpProxy?,
    override val offersOnlyRecommendedSuites: Boolean,
) : OwnTransport {
    init {
        val identity = tls?.identity
        require(identity == null || identity.key.algorithm == "RSA") {
            "the engine CIO cannot present a client key of the kind ${identity?.key?.algorithm}, only RSA: " +
                "use HttpEngine.JAVA, or a transport with another Ktor engine (OkHttp, Apache5)"
        }
        // it writes the headers for the tunnel into the request within it too
        require(proxy?.authorization == null) {
            "the engine CIO would send the credentials of proxy { } to the server too: " +
                "use HttpEngine.JAVA, or a transport with OkHttp"
        }
    }

    override val presentsCertificate: Boolean = HttpEngine.CIO.presentsCertificate(tls)

    private val trusting = lazy { Jsse.trustManager(tls) }

    private val engine = CioEngine(null)

    override suspend fun send(request: HttpRequest): HttpResponse =
        try {
            val address = if (request.isSecured) addressOf(request) else null
            if (address == null) engine.transport.send(request) else sendTo(address, request)
        } catch (e: TransportException) {
            val cause = e.cause
            throw if (cause is IOException && cause.message == NO_TUNNEL) noTunnel(request, proxy, cause) else e
        }

    private fun addressOf(request: HttpRequest): IpAddressHost? =
        AbsoluteUrl.parse(request.url)?.host?.let(IpAddressHost::of)

    /** CIO takes one name for all its connections, so an address has an engine of its own: it is rare. */
    private suspend fun sendTo(
        address: IpAddressHost,
        request: HttpRequest,
    ): HttpResponse {
        if (address.address == null) throw uncheckedAddress(request)
        return CioEngine(address).use {
            // the other one knows whether this transport was closed
            if (engine.isClosed) engine.transport.send(request) else it.transport.send(request)
        }
    }

    override fun close(): Unit = engine.close()

    /** For one [address], or, where that is null, for all hosts that have a name. */
    private inner class CioEngine(
        address: IpAddressHost?,
    ) : AutoCloseable {
        private val quiet = QuietEngine(CIO.create { configure(address) }, address != null)
        private val client = HttpClient(quiet) { sendOnly() }
        val transport = KtorTransport(client, proxy)

        @Volatile var isClosed = false
            private set

        override fun close() {
            isClosed = true
            client.close()
            quiet.close()
        }
    }

    private fun CIOEngineConfig.configure(address: IpAddressHost?) {
        // the client's own timeout covers the whole request; the engine's default of 15 s would cut it short
        requestTimeout = 0
        endpoint { connectTimeout = HttpTimeoutConfig.INFINITE_TIMEOUT_MS }
        this@CioTransport.proxy?.let { proxy = ProxyBuilder.http(Url("http://$it")) }
        https {
            // one's own authorities are judged at once, the system's are read where a certificate must be checked
            if (tls?.trusted != null) trusting.value
            trustManager = HostRequired(trusting, address)
            // without it, it would look up the name that the owner of the address gives it, and take that for the host
            serverName = address?.address?.hostAddress
            tls?.identity?.let { certificates.add(CertificateAndKey(it.chain.toTypedArray(), it.key)) }
            if (offersOnlyRecommendedSuites) {
                cipherSuites = cipherSuites.filter { it.name in RecommendedTls.CIPHER_SUITES }
            }
        }
    }

    private companion object {
        /** Ktor's message where a proxy answers `CONNECT` with anything but a success. */
        const val NO_TUNNEL = "Can not establish tunnel connection"
    }
}

/** CIO would compare the certificate with the name that a reverse look-up of the address gives. */
internal fun uncheckedAddress(request: HttpRequest): TransportException =
    TransportException(
        ErrorCode.NETWORK_ERROR,
        "no TLS connection for ${request.shown}: " +
            "the engine CIO cannot check a certificate for an IP address that is given like this: " +
            "use the host's name, HttpEngine.JAVA, or OkHttp",
        reached = Reached.NO,
    )

/**
 * Hands every request on to [inner] with the URL of [WHOLE_URL]: above it Ktor logs what it is asked, and a query may
 * hold a secret.
 */
@OptIn(InternalAPI::class) // an engine around another one can be written in no other way
internal class QuietEngine(
    private val inner: HttpClientEngine,
    /** Whether it compares the certificate with the IP address that it connects to. */
    val checksAddress: Boolean,
) : HttpClientEngineBase("openid-client-cio") {
    override val config: HttpClientEngineConfig get() = inner.config

    override val supportedCapabilities: Set<HttpClientEngineCapability<*>> get() = inner.supportedCapabilities

    override suspend fun execute(data: HttpRequestData): HttpResponseData {
        val url = URLBuilder().takeFrom(data.attributes[WHOLE_URL]).build()
        return inner.execute(
            HttpRequestData(url, data.method, data.headers, data.body, data.executionContext, data.attributes),
        )
    }

    override fun close() {
        super.close()
        inner.close()
    }

    companion object {
        val WHOLE_URL: AttributeKey<String> = AttributeKey("whole url")
    }
}

/** CIO compares names and addresses with those in the certificate, but takes one that has none for every host. */
private class HostRequired(
    trusting: Lazy<X509TrustManager>,
    private val address: IpAddressHost?,
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
        val certificate = chain.first()
        if (address != null) {
            if (!address.isNamedBy(certificate)) {
                throw CertificateException("the server's certificate does not have its IP address as iPAddress")
            }
        } else if (certificate.subjectAlternativeNames.orEmpty().none { it.first() == DNS_NAME }) {
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
