package dev.openidclient.http

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.Reached
import dev.openidclient.error.TransportException
import java.net.InetSocketAddress
import java.net.Proxy
import java.net.ProxySelector
import java.net.URI
import java.net.URISyntaxException

/** RFC 9110 §15.5.8 */
private const val PROXY_AUTHENTICATION_REQUIRED = 407

/**
 * Throws [TransportException] where [status] is 407 and [request] went through a proxy: the [given] one, else one that
 * the system properties name. Where there is none, a server answered so; so it did where the answer came through TLS,
 * which is not asked here.
 */
internal fun requireNoProxyRefusal(
    status: Int,
    request: HttpRequest,
    given: HttpProxy?,
) {
    if (status != PROXY_AUTHENTICATION_REQUIRED) return
    val proxy = given?.toString() ?: proxyOfTheSystem(request.url) ?: return
    val advice =
        if (given?.authorization == null) {
            "name them in proxy { credentials(…) }"
        } else {
            "it does not take those of proxy { credentials(…) }"
        }
    throw proxyFailure(request, "the proxy $proxy answered 407, it wants credentials: $advice")
}

/** No tunnel, where the engine does not tell what the proxy answered. */
internal fun noTunnel(
    request: HttpRequest,
    given: HttpProxy?,
    cause: Throwable,
): TransportException {
    val proxy = given?.toString() ?: proxyOfTheSystem(request.url)
    return proxyFailure(
        request,
        "the proxy $proxy opened no tunnel to the server. Where it answers 407 and wants credentials: HttpEngine.CIO " +
            "can send none, HttpEngine.JAVA and OkHttp can",
        cause,
    )
}

private fun proxyFailure(
    request: HttpRequest,
    what: String,
    cause: Throwable? = null,
): TransportException =
    TransportException(
        ErrorCode.NETWORK_ERROR,
        "no connection for ${request.shown}: $what",
        cause?.let { withoutSecrets(it, request) },
        Reached.NO,
    )

private fun proxyOfTheSystem(url: String): String? {
    val uri =
        try {
            URI(url)
        } catch (_: URISyntaxException) {
            return null
        }
    val proxy = ProxySelector.getDefault()?.select(uri)?.firstOrNull { it.type() == Proxy.Type.HTTP }
    return (proxy?.address() as? InetSocketAddress)?.let { "${it.hostString}:${it.port}" }
}
