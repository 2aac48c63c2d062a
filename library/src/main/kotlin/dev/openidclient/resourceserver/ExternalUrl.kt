package dev.openidclient.resourceserver

import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.shownUrl
import java.util.Locale
import java.util.function.Function

/**
 * Which URL the client used, where proxies changed it on the way: what `htu` of a proof is compared with. As the request
 * has it; or as [given] says; or as the proxies say, `Forwarded` ([RFC 7239](https://www.rfc-editor.org/rfc/rfc7239)) or
 * `X-Forwarded-Proto`, `-Host` and `-Port`, where the peer is one of [proxies]. Nobody else's headers are looked at.
 */
internal class ExternalUrl(
    private val given: Function<ResourceRequest, String>? = null,
    private val proxies: TrustedProxies? = null,
    /** Where this API is reached; null: anywhere. What [given] says is not looked up here. */
    private val origins: Set<String>? = null,
) {
    init {
        require(given == null || proxies == null) { "externalUrl { } and forwarded(…) exclude each other" }
    }

    /**
     * Without query and fragment. Throws [RefusedRequest] where it cannot be told, [RefusedProof] where it is none of this
     * API: the host is the sender's to write, so a proof that was made for another one would fit.
     */
    fun of(request: ResourceRequest): AbsoluteUrl {
        val url = seen(request)
        if (given == null && origins != null && url.origin !in origins) {
            throw RefusedProof(
                "invalid_dpop_proof",
                "the request came for ${shownUrl(
                    url.origin,
                )}, but this API is at ${origins.joinToString()}: where it is " +
                    "reached there too, origins(…) says so; behind a proxy, forwarded(…) or externalUrl { } tells " +
                    "what URL the client used",
            )
        }
        return url
    }

    private fun seen(request: ResourceRequest): AbsoluteUrl {
        val received = parsed(given?.apply(request) ?: request.url)
        if (proxies == null || !proxies.contain(request.peer)) return received
        val standard = byForwarded(request.headers.all(FORWARDED), proxies)
        val common = byCommonHeaders(request.headers)
        val scheme = agreed(standard.scheme, common.scheme) ?: received.scheme
        val authority = agreed(standard.authority, common.authority) ?: received.authority
        val port = common.port?.takeIf { standard.authority == null && common.authority?.hasPort() != true }
        return urlOf(scheme, if (port == null) authority else "${authority.withoutPort()}:$port", received.path)
            ?: throw unreadable("host")
    }

    // a query is no part of it, and may have characters that no URL has
    private fun parsed(url: String): AbsoluteUrl =
        AbsoluteUrl.parse(url.substringBefore('#').substringBefore('?'))
            ?: throw RefusedRequest("the URL of the request, ${shownUrl(url)}, is no absolute URL")

    private val AbsoluteUrl.authority: String get() = origin.substringAfter("://")

    private class Outside(
        val scheme: String?,
        val authority: String?,
        val port: String? = null,
    )

    /**
     * The latest element is the peer's. The one before it was added by whom that names, and counts where that is one of
     * [proxies] too, and so on: what a client wrote in front of these is not looked at.
     */
    private fun byForwarded(
        lines: List<String>,
        proxies: TrustedProxies,
    ): Outside {
        val elements =
            lines.flatMap { line ->
                line.takeIf { it.length <= LONGEST }?.let(Forwarded::parse)
                    ?: throw RefusedRequest("the header Forwarded of a trusted proxy cannot be read (RFC 7239 §4)")
            }
        var scheme: String? = null
        var authority: String? = null
        for (element in elements.asReversed()) {
            element["proto"]?.let { scheme = schemeOf(it) }
            element["host"]?.let { authority = it }
            if (!proxies.contain(element["for"]?.let(::nodeAddress))) break
        }
        return Outside(scheme, authority)
    }

    /** Who wrote which value cannot be told, so it is the last one of each, the peer's. */
    private fun byCommonHeaders(headers: HttpHeaders): Outside =
        Outside(
            latest(headers, "x-forwarded-proto")?.let(::schemeOf),
            latest(headers, "x-forwarded-host"),
            latest(headers, "x-forwarded-port")?.also { port ->
                if (port.length > PORT_DIGITS || port.any { it !in '0'..'9' }) throw unreadable("port")
            },
        )

    private fun latest(
        headers: HttpHeaders,
        name: String,
    ): String? =
        headers.all(name).lastOrNull()?.let { line ->
            line.substringAfterLast(',').trim().ifEmpty {
                throw RefusedRequest("the header $name of a trusted proxy has no value")
            }
        }

    private fun schemeOf(proto: String): String =
        proto.lowercase(Locale.ROOT).takeIf { it in SCHEMES } ?: throw unreadable("scheme")

    /** RFC 7239 §6: an address, perhaps with a port, an IPv6 one in brackets. */
    private fun nodeAddress(node: String): String =
        if (node.startsWith("[")) node.substringBefore(']').drop(1) else node.substringBefore(':')

    private fun agreed(
        one: String?,
        other: String?,
    ): String? {
        if (one != null && other != null && !one.equals(other, ignoreCase = true)) {
            throw RefusedRequest(
                "the headers Forwarded and X-Forwarded of a trusted proxy differ: " +
                    "it must write one kind, and remove the other that a client sends",
            )
        }
        return one ?: other
    }

    private fun urlOf(
        scheme: String,
        authority: String,
        path: String,
    ): AbsoluteUrl? = if (authority.any { it in NOT_IN_HOST }) null else AbsoluteUrl.parse("$scheme://$authority$path")

    private fun String.hasPort() = ':' in substringAfterLast(']')

    private fun String.withoutPort() = if (hasPort()) substringBeforeLast(':') else this

    private fun unreadable(part: String) =
        RefusedRequest("the $part that a trusted proxy tells, by Forwarded or X-Forwarded, is none")

    private companion object {
        const val FORWARDED = "forwarded"
        const val LONGEST = 8192
        const val PORT_DIGITS = 5
        const val NOT_IN_HOST = "/?#@\\ \t"

        val SCHEMES = setOf("http", "https", "ws", "wss")
    }
}
