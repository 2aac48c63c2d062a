package dev.openidclient.jose

import java.util.Base64

/** base64url without padding ([RFC 7515 §2](https://www.rfc-editor.org/rfc/rfc7515#section-2)). */
internal object Base64Url {
    fun encode(bytes: ByteArray): String = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)

    /**
     * Padding, ASCII white space and the standard alphabet are taken too; null where anything else stands in [text].
     */
    fun decode(text: String): ByteArray? = decodeStrictly(text) ?: decodeStrictly(plain(text))

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
