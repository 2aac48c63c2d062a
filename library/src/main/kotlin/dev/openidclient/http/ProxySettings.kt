package dev.openidclient.http

import dev.openidclient.error.MASK
import java.util.Base64

/**
 * The HTTP proxy of the engine that a client makes for itself: all its requests go through it, `https` ones in a tunnel
 * (`CONNECT`, [RFC 9110 §9.3.6](https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6)).
 *
 * Without this setting the engine heeds the system properties `http.proxyHost`, `https.proxyHost`, their ports and
 * `http.nonProxyHosts`.
 *
 * The page `docs/engines.md` shows proxies that ask for a password.
 */
public class ProxySettings internal constructor() {
    /** Where the proxy is: `http`, its host and its port, as `http://proxy.example.com:3128`. Required. */
    @set:JvmSynthetic
    public var url: String? = null

    private var authorization: String? = null

    /** Sets [url]: for Java. */
    public fun url(url: String): ProxySettings {
        this.url = url
        return this
    }

    /**
     * Authenticates at the proxy ([RFC 7617](https://www.rfc-editor.org/rfc/rfc7617), Basic), with each request or
     * tunnel once; a proxy that answers 407 nevertheless ends the call. The JDK refuses this for `https` URLs, unless
     * the system property `jdk.http.auth.tunneling.disabledSchemes` is set to `""` when the JVM starts: without it a
     * client of [HttpEngine.JAVA] is refused with [IllegalArgumentException]. One of [HttpEngine.CIO] always is, as
     * that engine would send the password to the server too. An OkHttp transport has neither limit.
     */
    public fun credentials(
        username: String,
        password: String,
    ): ProxySettings {
        require(':' !in username) { "the proxy's user name must have no colon (RFC 7617 §2)" }
        require((username + password).none(Char::isISOControl)) {
            "user name and password of the proxy must have no control character (RFC 7617 §2)"
        }
        val pair = Base64.getEncoder().encodeToString("$username:$password".encodeToByteArray())
        authorization = "Basic $pair"
        return this
    }

    internal fun build(): HttpProxy {
        val proxy = url?.let(AbsoluteUrl::parse)?.takeIf { it.scheme == "http" && it.path == "/" && it.query == null }
        requireNotNull(proxy) {
            "the url of proxy { } must be http://, a host and a port, as http://proxy.example.com:3128; " +
                "user name and password belong in its credentials(…)"
        }
        return HttpProxy(proxy.host.removeSurrounding("[", "]"), proxy.port ?: HTTP_PORT, authorization)
    }

    override fun toString(): String = "ProxySettings($MASK)"

    private companion object {
        const val HTTP_PORT = 80
    }
}

/** [ProxySettings], checked. */
internal class HttpProxy(
    val host: String,
    val port: Int,
    /** The value of `proxy-authorization`, or null without credentials. */
    val authorization: String?,
) {
    override fun toString(): String = "$host:$port"
}
