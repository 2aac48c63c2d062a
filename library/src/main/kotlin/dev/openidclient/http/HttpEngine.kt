package dev.openidclient.http

import java.util.function.Consumer

/**
 * The HTTP engine of a client that was given no transport.
 *
 * The page `docs/engines.md` compares them; `docs/versions.md` says what frameworks need for which.
 */
public enum class HttpEngine {
    /** [JAVA] where the platform has `java.net.http`, else [CIO] (Android). */
    AUTOMATIC,

    /**
     * The JDK's HTTP client: kept-alive connections, TLS 1.3, HTTP/2, elliptic-curve client keys. On JDK 11 to 15 the
     * cancellation of a call does not close its connection. A GET whose connection ends without an answer is sent once
     * more. The head of an answer may have 384 KiB (the system property `jdk.http.maxHeaderSize`; JDK 11 and 17 before
     * their updates of October 2024: no bound). An answer over TLS without `content-length`, chunks or HTTP/2 is taken
     * only where its body is a whole JSON object or array, for the JDK does not see whether it was cut off. At the level
     * `FINE` the JDK's logger `jdk.internal.httpclient.debug` shows URLs and headers with all their secrets: leave it
     * off.
     */
    JAVA,

    /**
     * Ktor's own engine: runs everywhere, opens a connection for each request, TLS 1.2 only. Servers need a
     * certificate with a DNS name, or with the IP address where the URL has one. A line of an answer's head may have
     * 8 KiB, the number of lines has no bound: use it with servers that you trust. It takes an interim answer (1xx) for
     * the answer.
     *
     * It cannot see whether an answer without `content-length` was cut off: such an answer is taken only where its
     * body is a whole JSON object or array, else it is a [dev.openidclient.error.TransportException]. It cannot keep a
     * proxy's password to itself, so credentials of `proxy { }` are refused. [JAVA] and OkHttp can do both.
     */
    CIO,
    ;

    /**
     * Opens a transport of this engine, for several clients: 200 clients with an engine each have hundreds of threads
     * and open files, with one transport a handful. Give it to each in `transport`, and close it after the last one.
     * The settings `tls { }` and `proxy { }` are then this transport's. Throws [IllegalArgumentException] where this engine
     * cannot do what the settings say.
     */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun open(configure: EngineSettings.() -> Unit): CloseableHttpTransport {
        val settings = EngineSettings().apply(configure)
        return createTransport(settings.tls, settings.proxy)
    }

    /** Opens a transport of this engine, for several clients. */
    public fun open(): CloseableHttpTransport = createTransport()

    /** Opens a transport of this engine, for several clients, with settings of its own: for Java. */
    public fun open(configure: Consumer<EngineSettings>): CloseableHttpTransport = open { configure.accept(this) }

    /** This engine, or the one that [AUTOMATIC] stands for on this platform. */
    internal val actual: HttpEngine get() = if (this == AUTOMATIC) automatic() else this

    /** Throws [IllegalArgumentException] where this engine cannot do what the settings say. */
    internal fun createTransport(
        tls: TlsSettings? = null,
        proxy: ProxySettings? = null,
        onlyRecommendedSuites: Boolean = false,
    ): OwnTransport {
        val checked = proxy?.build()
        val onlyRecommended = onlyRecommendedSuites || tls?.onlyRecommendedSuites == true
        return when (actual) {
            CIO -> whereKtorLoads { CioTransport(tls, checked, onlyRecommended) }
            else -> JdkTransport(tls, checked, onlyRecommended)
        }
    }

    /**
     * Whether a transport with [tls] presents a client certificate. Without settings for TLS the JDK's engine takes the
     * key store of the JVM's own system properties.
     */
    internal fun presentsCertificate(tls: TlsSettings?): Boolean =
        tls?.let { it.identity != null }
            ?: (actual == JAVA && !System.getProperty("javax.net.ssl.keyStore").isNullOrEmpty())

    private fun automatic(): HttpEngine =
        try {
            Class.forName("java.net.http.HttpClient", false, HttpEngine::class.java.classLoader)
            JAVA
        } catch (_: ClassNotFoundException) {
            CIO
        }
}
