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
import java.net.URISyntaxException
import java.security.cert.CertPathBuilderException
import java.security.cert.CertPathValidatorException

/** OkHttp says so, and has no type or status for it. */
private const val PROXY_REFUSED = "Failed to authenticate with proxy"

/** How OkHttp's message begins where the caller's own code in it threw, which is the cause then. */
private const val DEFECT = "canceled due to "

/** Exceptions may be their own cause after some steps. */
private const val MOST_CAUSES = 10

/** What [cause], which a call of [client] threw, says of [request]. */
internal fun noAnswer(
    request: HttpRequest,
    cause: IOException,
    progress: Progress,
    client: OkHttpClient,
): TransportException {
    val reached =
        when {
            progress.isAnswered -> Reached.ANSWERED
            progress.isConnected -> Reached.UNKNOWN
            else -> Reached.NO
        }
    val what =
        defect(cause) ?: (if (reached == Reached.NO) unconnected(request, cause, client) else null)
            ?: return TransportFailures.noAnswer(request, cause, reached)
    return TransportFailures.noAnswer(request, cause, reached, what)
}

private fun defect(cause: IOException): String? {
    if (cause.message?.startsWith(DEFECT) != true) return null
    val thrown = cause.cause ?: return null
    return "a part of the OkHttpClient, as an interceptor, a Dns or a ProxySelector, threw ${thrown.javaClass.name}"
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
    val proxy = client.proxy ?: selected(request, client)
    return (proxy?.address() as? InetSocketAddress)?.let { "${it.hostString}:${it.port}" }.orEmpty()
}

/** Without a failure: on OkHttp's thread nobody would hear of it, and the call would not end. */
@Suppress("TooGenericExceptionCaught") // how a selector of the caller's own fails is written down nowhere
private fun selected(
    request: HttpRequest,
    client: OkHttpClient,
): Proxy? =
    try {
        client.proxySelector.select(URI(request.url)).firstOrNull { it.type() == Proxy.Type.HTTP }
    } catch (_: URISyntaxException) {
        null
    } catch (_: RuntimeException) {
        null
    }
