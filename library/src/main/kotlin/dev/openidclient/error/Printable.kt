package dev.openidclient.error

/** Stands in every `toString` and message where a secret is. */
internal const val MASK: String = "██"

private const val LONGEST_SHOWN = 300

/** [text] from outside, fit for a message or a log line: no control characters, and not endless. */
internal fun printable(text: String): String {
    val shown = if (text.length > LONGEST_SHOWN) text.substring(0, LONGEST_SHOWN) + "…" else text
    return onOneLine(shown)
}

/** All of [text], without what breaks a line or turns its order. */
internal fun onOneLine(text: String): String =
    if (text.any(::isUnprintable)) {
        text.map { if (isUnprintable(it)) '\uFFFD' else it }.joinToString("")
    } else {
        text
    }

// Line and paragraph separators break log lines, format characters can reverse the text (log forging).
private fun isUnprintable(char: Char): Boolean =
    char.isISOControl() ||
        char.category == CharCategory.FORMAT ||
        char.category == CharCategory.LINE_SEPARATOR ||
        char.category == CharCategory.PARAGRAPH_SEPARATOR
