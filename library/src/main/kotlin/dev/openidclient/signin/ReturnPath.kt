package dev.openidclient.signin

private const val MOST_CHARACTERS = 1_024

/**
 * [path] where it is a path of this application that every browser and every framework understands as one; else null.
 * It mostly comes from a link that anybody can write, so whatever could lead to another host is not taken ([RFC 9700
 * §4.11](https://www.rfc-editor.org/rfc/rfc9700#section-4.11)).
 */
internal fun returnPath(path: String?): String? = path?.takeIf(::isOwnPath)

private fun isOwnPath(text: String): Boolean {
    if (!text.startsWith("/") || text.length > MOST_CHARACTERS) return false
    // browsers take "\" for "/", and drop tabs and line breaks: "/\t/attacker.example" is another host
    if (text.any { it !in '!'..'~' || it == '\\' }) return false
    val segments = text.takeWhile { it != '?' && it != '#' }.split('/').drop(1)
    // whoever removes dot segments or empty ones could make "//attacker.example" of the rest
    return segments.dropLast(1).none(String::isEmpty) && segments.none(::isDots)
}

private fun isDots(segment: String): Boolean =
    segment.replace("%2e", ".", ignoreCase = true).let { it == "." || it == ".." }
