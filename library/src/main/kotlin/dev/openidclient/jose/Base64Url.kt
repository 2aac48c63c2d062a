package dev.openidclient.jose

import java.util.Base64

/** base64url without padding ([RFC 7515 §2](https://www.rfc-editor.org/rfc/rfc7515#section-2)). */
internal object Base64Url {
    fun encode(bytes: ByteArray): String = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)

    /**
     * Padding, ASCII white space and the standard alphabet are taken too; null where anything else stands in [text].
     */
    fun decode(text: String): ByteArray? = decodeStrictly(text) ?: decodeStrictly(plain(text))

    /** Null also where another text says the same bytes ([RFC 4648 §3.5](https://www.rfc-editor.org/rfc/rfc4648)). */
    fun decodeExactly(text: String): ByteArray? = decodeStrictly(text)?.takeIf { encode(it) == text }

    private fun decodeStrictly(text: String): ByteArray? =
        try {
            Base64.getUrlDecoder().decode(text)
        } catch (_: IllegalArgumentException) {
            null
        }

    private fun plain(text: String): String =
        text
            .trimEnd('=', ' ', '\t', '\r', '\n', '\u000C')
            .filterNot { it in " \t\r\n\u000C" }
            .replace('+', '-')
            .replace('/', '_')
}
