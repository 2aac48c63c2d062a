package dev.openidclient.http

import dev.openidclient.json.CharacterSet
import java.io.ByteArrayOutputStream

/**
 * The percent-encoding of `application/x-www-form-urlencoded` ([URL standard
 * §5](https://url.spec.whatwg.org/#urlencoded-parsing)).
 */
internal object FormEncoding {
    private val KEPT = CharacterSet.ALPHANUMERIC + "*-._"
    private const val HEX = "0123456789ABCDEF"
    private const val HEX_RADIX = 16
    private const val HIGHEST_ASCII = '\u007F'

    /** A space is `+`; every other byte but ASCII letters, digits and `*-._` is escaped (RFC 6749 Appendix B too). */
    fun encode(text: String): String {
        if (KEPT.hasAllOf(text)) return text
        return buildString(text.length) { encode(text, this) }
    }

    /** The same at the end of [builder]. */
    fun encode(
        text: String,
        builder: StringBuilder,
    ) {
        if (KEPT.hasAllOf(text)) {
            builder.append(text)
        } else if (text.all { it <= HIGHEST_ASCII }) {
            for (char in text) builder.appendEncoded(char.code)
        } else {
            for (byte in text.encodeToByteArray()) builder.appendEncoded(byte.toInt())
        }
    }

    private fun StringBuilder.appendEncoded(byte: Int) {
        val char = byte.toChar()
        when {
            char in KEPT -> append(char)
            char == ' ' -> append('+')
            else -> append('%').append(HEX[byte shr 4 and 0xF]).append(HEX[byte and 0xF])
        }
    }

    /** Decodes leniently: an incomplete escape stays as it is, bytes that are no UTF-8 become U+FFFD. */
    fun decode(text: String): String {
        if ('%' !in text && '+' !in text) return text
        val bytes = ByteArrayOutputStream(text.length)
        val source = text.encodeToByteArray()
        var index = 0
        while (index < source.size) {
            val escaped = if (source[index] == '%'.code.toByte()) escapeAt(source, index + 1) else -1
            when {
                escaped >= 0 -> bytes.write(escaped).also { index += 2 }
                source[index] == '+'.code.toByte() -> bytes.write(' '.code)
                else -> bytes.write(source[index].toInt())
            }
            index++
        }
        return bytes.toByteArray().decodeToString()
    }

    private fun escapeAt(
        source: ByteArray,
        index: Int,
    ): Int {
        if (index + 1 >= source.size) return -1
        val high = Character.digit(source[index].toInt().toChar(), HEX_RADIX)
        val low = Character.digit(source[index + 1].toInt().toChar(), HEX_RADIX)
        return if (high < 0 || low < 0) -1 else high * HEX_RADIX + low
    }
}
