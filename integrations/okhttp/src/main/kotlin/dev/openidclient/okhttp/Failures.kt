package dev.openidclient.okhttp

import dev.openidclient.error.Reached
import dev.openidclient.error.TransportException
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.TransportFailures
import okhttp3.OkHttpClient
import java.io.IOException
import java.net.InetSocketAddress
import java.net.Proxy
import java.net.URI
import java.security.cert.CertPathBuilderException
import java.security.cert.CertPathValidatorException

/** OkHttp says so, and has no type or status for it. */
private const val PROXY_REFUSED = "Failed to authenticate with proxy"

/** Exceptions may be their own cause after some steps. */
private const val MOST_CAUSES = 10

/** What [cause], which a call of [client] threw, says of [request]. */
internal fun noAnswer(
    request: HttpRequest,
    cause: IOException,
    progress: Progress,
    client: OkHttpClient,
): TransportException {
    if (progress.isAnswered) return TransportFailures.noAnswer(request, cause, Reached.ANSWERED)
    if (progress.isConnected) return TransportFailures.noAnswer(request, cause, Reached.UNKNOWN)
    val what = unconnected(request, cause, client) ?: return TransportFailures.noAnswer(request, cause, Reached.NO)
    return TransportFailures.noAnswer(request, cause, Reached.NO, what)
}

/** What to change in the [client], where that helps. */
private fun unconnected(
    request: HttpRequest,
    cause: IOException,
    client: OkHttpClient,
): String? {
    val causes = generateSequence<Throwable>(cause) { it.cause }.take(MOST_CAUSES)
    return when {
        cause.message == PROXY_REFUSED ->
            "the proxy ${proxy(request, client)} answered 407, it wants credentials: " +
                "the OkHttpClient's proxyAuthenticator has none that it takes"
        causes.any { it is CertPathBuilderException || it is CertPathValidatorException } ->
            "${cause.javaClass.simpleName}, no authority that the OkHttpClient trusts has issued the server's certificate"
        else -> null
    }
}

private fun proxy(
    request: HttpRequest,
    client: OkHttpClient,
): String {
    val proxy =
        client.proxy ?: client.proxySelector.select(URI(request.url)).firstOrNull { it.type() == Proxy.Type.HTTP }
    return (proxy?.address() as? InetSocketAddress)?.let { "${it.hostString}:${it.port}" }.orEmpty()
}
