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

    /**
     * Whether the last character of [text], without padding, has bits that stand for no byte and are not zero ([RFC 4648
     * §3.5](https://www.rfc-editor.org/rfc/rfc4648#section-3.5)).
     */
    fun hasSpareBits(text: String): Boolean {
        val spare =
            when (text.length % CHARACTERS) {
                2 -> FOUR_BITS
                3 -> TWO_BITS
                else -> return false
            }
        return ALPHABET.indexOf(text.last()) and spare != 0
    }

    private const val ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    private const val CHARACTERS = 4
    private const val TWO_BITS = 0b11
    private const val FOUR_BITS = 0b1111

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
