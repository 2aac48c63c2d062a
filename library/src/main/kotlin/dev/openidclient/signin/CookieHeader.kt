package dev.openidclient.signin

/**
 * The cookies of a request ([RFC 6265 §5.4](https://www.rfc-editor.org/rfc/rfc6265#section-5.4)), as the browser, or
 * anybody, has sent them: what is no cookie is passed over.
 */
internal class CookieHeader(
    text: String?,
) {
    private val cookies: List<Pair<String, String>> =
        text.orEmpty().split(';').mapNotNull { cookie ->
            val name = cookie.substringBefore('=', missingDelimiterValue = "").trim(' ', '\t')
            if (name.isEmpty()) null else name to cookie.substringAfter('=').trim(' ', '\t')
        }

    /** Those whose names begin with [prefix], in order: browsers send the oldest one first. */
    fun namesWith(prefix: String): List<String> = cookies.map { it.first }.filter { it.startsWith(prefix) }.distinct()

    /** The values of [name] that differ: browsers send one at the most, where the name begins with `__Host-`. */
    fun valuesOf(name: String): List<String> = cookies.filter { it.first == name }.map { it.second }.distinct()
}
