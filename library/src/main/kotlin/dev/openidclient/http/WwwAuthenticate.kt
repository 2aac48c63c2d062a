package dev.openidclient.http

import dev.openidclient.error.WwwAuthenticateChallenge
import java.util.Locale

/** The `WWW-Authenticate` header ([RFC 9110 §11.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1)). */
public object WwwAuthenticate {
    /**
     * The challenges of [header], the values of all its lines joined by `", "`. All or nothing: where any part breaks
     * the grammar the list is empty, for a half-read challenge would be a guess.
     */
    @JvmStatic
    public fun parse(header: String): List<WwwAuthenticateChallenge> = ChallengeScanner(header).scan().orEmpty()

    internal fun of(response: HttpResponse): List<WwwAuthenticateChallenge> =
        response.headers["www-authenticate"]?.let(::parse).orEmpty()
}

private class ChallengeScanner(
    private val text: String,
) {
    private var at = 0

    /** Null where the grammar is broken. */
    fun scan(): List<WwwAuthenticateChallenge>? {
        val challenges = mutableListOf<WwwAuthenticateChallenge>()
        while (true) {
            skipSeparators()
            if (at == text.length) return challenges
            challenges += scanChallenge() ?: return null
        }
    }

    private fun scanChallenge(): WwwAuthenticateChallenge? {
        val scheme = scanToken()?.lowercase(Locale.ROOT) ?: return null
        if (at == text.length || text[at] == ',') return WwwAuthenticateChallenge(scheme, emptyMap())
        if (!isSpace(text[at])) return null
        val parameters = LinkedHashMap<String, String>()
        while (true) {
            val beforeSeparators = at
            skipSpaces()
            val beforeToken68 = at
            skipSeparators()
            if (at == text.length) break
            val (name, value) =
                scanParameter()
                    ?: return afterParameters(scheme, parameters, beforeSeparators, beforeToken68)
            parameters[name] = value
        }
        return WwwAuthenticateChallenge(scheme, parameters)
    }

    /** What follows is no parameter: a token68, or, once there are parameters, the scheme of the next challenge. */
    private fun afterParameters(
        scheme: String,
        parameters: Map<String, String>,
        end: Int,
        beforeToken68: Int,
    ): WwwAuthenticateChallenge? {
        if (parameters.isNotEmpty()) {
            skipSeparators()
            val isNextScheme = scanToken68() != null
            at = end
            return if (isNextScheme) WwwAuthenticateChallenge(scheme, parameters) else null
        }
        at = beforeToken68
        return scanToken68()?.let { WwwAuthenticateChallenge(scheme, emptyMap(), it) }
    }

    /** `name = token` or `name = "quoted"`; null, and nothing consumed, where there is none. */
    private fun scanParameter(): Pair<String, String>? {
        val start = at
        val name = scanToken()?.lowercase(Locale.ROOT)
        skipSpaces()
        if (name != null && at < text.length && text[at] == '=') {
            at++
            skipSpaces()
            val value = if (at < text.length && text[at] == '"') scanQuoted() else scanToken()
            if (value != null) return name to value
        }
        at = start
        return null
    }

    private fun scanQuoted(): String? {
        val value = StringBuilder()
        var index = at + 1
        while (index < text.length) {
            when (val char = text[index]) {
                '"' -> {
                    at = index + 1
                    return value.toString()
                }
                // RFC 9110 §5.6.4: a quoted pair stands for its second character
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

    private fun scanToken(): String? {
        val start = at
        while (at < text.length && isTokenCharacter(text[at])) at++
        return if (at == start) null else text.substring(start, at)
    }

    /** RFC 9110 §11.2, with at most two `=`, up to a separator or the end. */
    private fun scanToken68(): String? {
        val start = at
        while (at < text.length && isToken68Character(text[at])) at++
        if (at == start) return null
        var padding = 0
        while (at < text.length && text[at] == '=' && padding < 2) {
            at++
            padding++
        }
        return if (at == text.length || text[at] == ',' || isSpace(text[at])) text.substring(start, at) else null
    }

    private fun isToken68Character(char: Char): Boolean =
        char in 'a'..'z' || char in 'A'..'Z' || char in '0'..'9' || char in "-._~+/"

    private fun skipSpaces() {
        while (at < text.length && isSpace(text[at])) at++
    }

    private fun skipSeparators() {
        while (at < text.length && (text[at] == ',' || isSpace(text[at]))) at++
    }

    private fun isSpace(char: Char): Boolean = char == ' ' || char == '\t'
}
