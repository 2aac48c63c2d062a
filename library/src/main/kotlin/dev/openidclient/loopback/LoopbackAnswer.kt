package dev.openidclient.loopback

import dev.openidclient.jose.Jca
import java.util.Base64

/** An answer to the browser. All are fixed before any request comes: nothing of a request is in them. */
internal class LoopbackAnswer private constructor(
    val status: Int,
    val headers: Map<String, String>,
    val body: ByteArray,
) {
    companion object {
        const val OK: Int = 200
        const val BAD_REQUEST: Int = 400
        const val NOT_FOUND: Int = 404
        const val METHOD_NOT_ALLOWED: Int = 405
        const val MISDIRECTED: Int = 421
        const val UNAVAILABLE: Int = 503
        private const val SEE_OTHER = 303

        private val PROTECTION =
            mapOf(
                "cache-control" to "no-store",
                "referrer-policy" to "no-referrer",
                "x-content-type-options" to "nosniff",
                "connection" to "close",
            )

        private val STYLE =
            Regex("<style[^>]*>(.*?)</style>", setOf(RegexOption.IGNORE_CASE, RegexOption.DOT_MATCHES_ALL))

        /** For the browser that has brought the callback. */
        fun completed(): LoopbackAnswer = page(OK, LoopbackPage.completed())

        fun page(
            status: Int,
            html: String,
        ): LoopbackAnswer =
            LoopbackAnswer(
                status,
                PROTECTION +
                    mapOf("content-type" to "text/html; charset=utf-8", "content-security-policy" to policy(html)),
                html.encodeToByteArray(),
            )

        // RFC 9110 §15.4.4: fetched with GET, whatever brought the callback
        fun redirect(url: String): LoopbackAnswer =
            LoopbackAnswer(
                SEE_OTHER,
                PROTECTION + mapOf("location" to url, "content-security-policy" to policy("")),
                ByteArray(0),
            )

        /** The path is not the callback's, or there is nobody who waits for one (any more). */
        val NO_SUCH_PAGE: LoopbackAnswer = page(NOT_FOUND, LoopbackPage.nothing())

        val NO_SUCH_METHOD: LoopbackAnswer = page(METHOD_NOT_ALLOWED, LoopbackPage.nothing()).with("allow", "GET, POST")

        /** The request was for another host: somebody has let a name of their own point to this machine. */
        val ANOTHER_HOST: LoopbackAnswer = page(MISDIRECTED, LoopbackPage.nothing())

        /** The callback of another sign-in, or of nobody. */
        val ANOTHER_SIGN_IN: LoopbackAnswer = page(BAD_REQUEST, LoopbackPage.anotherSignIn())

        /** More responses wait to be opened than one sign-in brings. */
        val BUSY: LoopbackAnswer = page(UNAVAILABLE, LoopbackPage.busy()).with("retry-after", "1")

        /** Nothing but the page's own style sheets, which are named by their hashes. */
        private fun policy(html: String): String {
            val hashes =
                STYLE.findAll(html).map { style ->
                    // as a browser reads it: a line ends with LF
                    val text = style.groupValues[1].replace("\r\n", "\n").replace('\r', '\n')
                    val hash = Jca.digest("SHA-256").digest(text.encodeToByteArray())
                    "'sha256-${Base64.getEncoder().encodeToString(hash)}'"
                }
            val styles = hashes.joinToString(" ").ifEmpty { "'none'" }
            return "default-src 'none'; style-src $styles; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        }
    }

    private fun with(
        name: String,
        value: String,
    ) = LoopbackAnswer(status, headers + (name to value), body)
}
