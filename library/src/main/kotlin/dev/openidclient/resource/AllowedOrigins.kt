package dev.openidclient.resource

import dev.openidclient.http.AbsoluteUrl

/** Those who get tokens, by their exact [origins], each of `https` or `http`. */
internal class AllowedOrigins(
    origins: Set<String>,
) {
    private val origins: List<String> = origins.toList()

    /** Null where [url] is of no allowed origin. */
    fun find(url: String): AllowedUrl? {
        for (origin in origins) if (isBelow(origin, url)) return AllowedUrl(url, origin)
        val origin = AbsoluteUrl.parse(url)?.let(::asHttp)?.origin ?: return null
        return if (origin in origins) AllowedUrl(url, origin) else null
    }

    /** RFC 3986 §3.2: an authority ends here, so that nothing may follow [origin] that makes it another one. */
    private fun isBelow(
        origin: String,
        url: String,
    ): Boolean = url.startsWith(origin) && (url.length == origin.length || url[origin.length] in "/?")

    override fun toString(): String = origins.joinToString()
}

/** [text], of the allowed [origin]. */
internal class AllowedUrl(
    private val text: String,
    val origin: String,
) {
    /** Null where it is of that origin, but no URL for all that. */
    val parsed: AbsoluteUrl? by lazy(LazyThreadSafetyMode.PUBLICATION) { AbsoluteUrl.parse(text)?.let(::asHttp) }
}

/** RFC 6455 §4.1: the handshake of a `wss` URL is an `https` request. */
internal fun asHttp(url: AbsoluteUrl): AbsoluteUrl =
    when (url.scheme) {
        "wss" -> url.withScheme("https")
        "ws" -> url.withScheme("http")
        else -> url
    }
