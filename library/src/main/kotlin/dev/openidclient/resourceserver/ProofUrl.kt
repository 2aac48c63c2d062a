package dev.openidclient.resourceserver

import dev.openidclient.http.AbsoluteUrl
import java.util.Locale

private val ESCAPE = Regex("%[0-9A-Fa-f]{2}")
private const val HEX_RADIX = 16

/**
 * [url] as `htu` is compared: without query and fragment, in the normal form of [RFC 3986
 * §6.2](https://www.rfc-editor.org/rfc/rfc3986#section-6.2), which RFC 9449 §4.3 asks for. Of two spellings of one
 * escape a proxy may write the other one.
 */
internal fun proofUrl(url: AbsoluteUrl): String {
    val text = url.withoutQueryAndFragment
    if ('%' !in text) return text
    return ESCAPE.replace(text) { escape ->
        val char = escape.value.substring(1).toInt(HEX_RADIX).toChar()
        if (isUnreserved(char)) char.toString() else escape.value.uppercase(Locale.ROOT)
    }
}

// RFC 3986 §2.3
private fun isUnreserved(char: Char): Boolean =
    char in 'a'..'z' || char in 'A'..'Z' || char in '0'..'9' || char in "-._~"
