package dev.openidclient.http

import java.util.function.Consumer

/** The settings of a transport that is made by [HttpEngine.open]. Read once, when it is made. */
public class EngineSettings internal constructor() {
    internal var tls: TlsSettings? = null
        private set
    internal var proxy: ProxySettings? = null
        private set

    /** Client certificate and trusted authorities. */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun tls(configure: TlsSettings.() -> Unit): EngineSettings {
        tls = (tls ?: TlsSettings()).apply(configure)
        return this
    }

    /** Client certificate and trusted authorities: for Java. */
    public fun tls(configure: Consumer<TlsSettings>): EngineSettings = tls { configure.accept(this) }

    /** The proxy that all requests go through. Default: what the system properties of the JVM name. */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun proxy(configure: ProxySettings.() -> Unit): EngineSettings {
        proxy = (proxy ?: ProxySettings()).apply(configure)
        return this
    }

    /** The proxy that all requests go through: for Java. */
    public fun proxy(configure: Consumer<ProxySettings>): EngineSettings = proxy { configure.accept(this) }

    override fun toString(): String = "EngineSettings($tls, $proxy)"
}
