package dev.openidclient.resource

import dev.openidclient.http.AbsoluteUrl
import java.util.Locale

/** Which URLs get tokens. */
internal interface AllowedUrls {
    /** Null where [url] is not allowed. */
    fun find(url: String): AllowedUrl?

    /** What the resource takes DPoP proofs to be signed with (RFC 9728 §2); null: it has not said. */
    val proofAlgorithms: List<String>? get() = null
}

/** Those who get tokens, by their exact [origins], each of `https` or `http`. */
internal class AllowedOrigins(
    origins: Set<String>,
) : AllowedUrls {
    private val origins: List<String> = origins.toList()

    /** Null where [url] is of no allowed origin. */
    override fun find(url: String): AllowedUrl? {
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
    val text: String,
    val origin: String,
) {
    /** What clients send though it belongs into no URL, as a `|` in the path, is escaped here; null: that is not enough. */
    val parsed: AbsoluteUrl? by lazy(LazyThreadSafetyMode.PUBLICATION) {
        (AbsoluteUrl.parse(text) ?: AbsoluteUrl.parse(origin + escaped(text.drop(origin.length))))?.let(::asHttp)
    }

    private companion object {
        // RFC 3986 §3.3
        const val MARKS = "-._~:/@!$&'()*+,;="
        const val ESCAPE = 3

        fun escaped(rest: String): String {
            val path = rest.substringBefore('?').substringBefore('#')
            val result = StringBuilder()
            var at = 0
            while (at < path.length) {
                val end = if (path[at].isHighSurrogate()) minOf(at + 2, path.length) else at + 1
                val isEscape =
                    path[at] == '%' && at + ESCAPE <= path.length && path.substring(at + 1, at + ESCAPE).all(::isHex)
                val character = path.substring(at, end)
                result.append(if (isEscape || isAllowed(character)) character else percent(character))
                at = end
            }
            return result.toString()
        }

        fun isHex(char: Char): Boolean = char in '0'..'9' || char in 'a'..'f' || char in 'A'..'F'

        fun isAllowed(character: String): Boolean =
            character.all { it in 'a'..'z' || it in 'A'..'Z' || it in '0'..'9' || it in MARKS }

        fun percent(character: String): String =
            character.encodeToByteArray().joinToString("") { "%%%02X".format(Locale.ROOT, it.toInt() and BYTE) }

        const val BYTE = 0xFF
    }
}

/** RFC 6455 §4.1: the handshake of a `wss` URL is an `https` request. */
internal fun asHttp(url: AbsoluteUrl): AbsoluteUrl =
    when (url.scheme) {
        "wss" -> url.withScheme("https")
        "ws" -> url.withScheme("http")
        else -> url
    }
