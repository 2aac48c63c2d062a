package dev.openidclient.resourceserver

import dev.openidclient.http.isTokenCharacter
import java.util.Locale

/** The header `Forwarded` ([RFC 7239 §4](https://www.rfc-editor.org/rfc/rfc7239#section-4)). */
internal object Forwarded {
    /**
     * The elements of one [line], the latest proxy's last: each what one proxy says, by names in lower case. All or
     * nothing: null where any part of it breaks the grammar.
     */
    fun parse(line: String): List<Map<String, String>>? = ForwardedScanner(line).scan()
}

private class ForwardedScanner(
    private val text: String,
) {
    private var at = 0

    fun scan(): List<Map<String, String>>? {
        val elements = mutableListOf<Map<String, String>>()
        while (true) {
            skipSpaces()
            when {
                at == text.length -> return elements
                // RFC 9110 §5.6.1: empty elements do not count
                text[at] == ',' -> at++
                else -> elements += element() ?: return null
            }
        }
    }

    /** Up to the next comma or the end. */
    private fun element(): Map<String, String>? {
        val pairs = LinkedHashMap<String, String>()
        while (true) {
            skipSpaces()
            if (isElementOver()) return pairs
            if (text[at] != ';') {
                val (name, value) = pair() ?: return null
                // RFC 7239 §4: each name once
                if (pairs.put(name, value) != null) return null
                skipSpaces()
                if (isElementOver()) return pairs
            }
            if (text[at] != ';') return null
            at++
        }
    }

    private fun isElementOver() = at == text.length || text[at] == ','

    private fun pair(): Pair<String, String>? {
        val name = token()?.lowercase(Locale.ROOT) ?: return null
        if (at == text.length || text[at] != '=') return null
        at++
        val value = if (at < text.length && text[at] == '"') quoted() else token()
        return value?.let { name to it }
    }

    private fun token(): String? {
        val start = at
        while (at < text.length && isTokenCharacter(text[at])) at++
        return if (at == start) null else text.substring(start, at)
    }

    // RFC 9110 §5.6.4
    private fun quoted(): String? {
        val value = StringBuilder()
        var index = at + 1
        while (index < text.length) {
            when (val char = text[index]) {
                '"' -> {
                    at = index + 1
                    return value.toString()
                }
                '\\' -> {
                    if (index + 1 == text.length) return null
                    value.append(text[++index])
                }
                else -> value.append(char)
            }
            index++
        }
        return null
    }

    private fun skipSpaces() {
        while (at < text.length && (text[at] == ' ' || text[at] == '\t')) at++
    }
}
