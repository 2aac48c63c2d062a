package dev.openidclient.http

import java.net.IDN
import java.text.Normalizer

/**
 * A host with characters beyond ASCII, in the ASCII form that browsers give it ([UTS
 * #46](https://www.unicode.org/reports/tr46/)). The JDK knows the older IDNA 2003 only: where that gives another name,
 * another server would be asked than the one that a browser goes to, and the host is refused.
 */
internal object InternationalHost {
    // UTS #46 §4: the full stops of other scripts
    private val FULL_STOPS = Regex("[.\u3002\uFF0E\uFF61]")

    /** UTS #46 §6: ß, final sigma and the joiners, which IDNA 2003 replaces or drops; and ẞ, which is ß to it now. */
    private const val DEVIATIONS = "\u00DF\u03C2\u200C\u200D\u1E9E"

    /** Null where [host] is none, or where the JDK's form of it is not that of browsers. */
    fun toAscii(host: String): String? = ascii(host).takeUnless { host.any(DEVIATIONS::contains) }

    /**
     * The form of [host] to write instead, where it is refused for the difference alone; else null.
     */
    fun asciiToWrite(host: String): String? {
        if (host.none(DEVIATIONS::contains)) return null
        val labels =
            host.split(FULL_STOPS).map { label ->
                if (label.any(DEVIATIONS::contains)) aLabel(label) else ascii(label)
            }
        return if (null in labels) null else labels.joinToString(".")
    }

    private fun ascii(host: String): String? =
        try {
            IDN.toASCII(host, IDN.ALLOW_UNASSIGNED).takeIf(::isNormal)
        } catch (_: IllegalArgumentException) {
            null
        }

    /** Whether nothing is left that a newer version of Unicode than IDNA 2003's would write in another way. */
    private fun isNormal(ascii: String): Boolean {
        val text = IDN.toUnicode(ascii, IDN.ALLOW_UNASSIGNED)
        return text.all { it <= '\u007F' } || normal(text) == text
    }

    private fun aLabel(label: String): String? =
        "xn--${Punycode.encode(normal(label))}".takeIf { it.length <= LONGEST_LABEL }

    /** In lower case, character by character: a whole word's would make a final sigma of the last one. */
    private fun normal(text: String): String {
        val lower = StringBuilder()
        val composed = Normalizer.normalize(text, Normalizer.Form.NFKC)
        composed.codePoints().forEach { lower.appendCodePoint(Character.toLowerCase(it)) }
        return Normalizer.normalize(lower, Normalizer.Form.NFKC)
    }

    // RFC 1035 §2.3.4
    private const val LONGEST_LABEL = 63
}
