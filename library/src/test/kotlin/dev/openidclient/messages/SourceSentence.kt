package dev.openidclient.messages

import java.nio.file.Path
import kotlin.io.path.extension
import kotlin.io.path.name
import kotlin.io.path.readText
import kotlin.io.path.walk

/**
 * The texts in Kotlin sources that read like a sentence: three words at least. Each is one string literal, in parts where
 * it shows values.
 */
internal class SourceSentence(
    val place: String,
    private val parts: List<String>,
) {
    val text: String get() = parts.joinToString("…")

    private val pattern = Regex(parts.joinToString(".*") { Regex.escape(it) })

    val isSentence: Boolean
        get() =
            parts.joinToString("").trim().let { text ->
                text.count { it == ' ' } >= 2 && text.any(Char::isLowerCase)
            }

    fun isIn(line: String): Boolean = pattern.containsMatchIn(line)

    companion object {
        fun of(sources: Path): List<SourceSentence> =
            sources
                .walk()
                .filter { it.extension == "kt" }
                .sorted()
                .flatMap { file -> Literals(file.readText()).all().map { SourceSentence(file.name, it) } }
                .filter { it.isSentence }
                .toList()
    }
}

/** Finds the string literals of [source], those within the values of others too. */
private class Literals(
    private val source: String,
) {
    private var index = 0
    private val found = mutableListOf<List<String>>()

    fun all(): List<List<String>> {
        code(isNested = false)
        return found
    }

    private fun code(isNested: Boolean) {
        var depth = 0
        while (index < source.length) {
            when {
                at("//") -> skipPast("\n")
                at("/*") -> skipPast("*/")
                at("'") -> skipPast(if (at("'\\''")) "'\\''" else "'", from = index + 1)
                at("\"") -> literal()
                at("}") && isNested && depth == 0 -> {
                    index++
                    return
                }
                else -> {
                    if (at("{")) depth++
                    if (at("}")) depth--
                    index++
                }
            }
        }
    }

    private fun at(text: String) = source.startsWith(text, index)

    private fun skipPast(
        end: String,
        from: Int = index,
    ) {
        val found = source.indexOf(end, from)
        index = if (found < 0) source.length else found + end.length
    }

    private fun literal() {
        val quote = if (at("\"\"\"")) "\"\"\"" else "\""
        index += quote.length
        val parts = mutableListOf(StringBuilder())
        while (!at(quote)) {
            when {
                at("\\") && quote.length == 1 -> {
                    if (at(
                            "\\u",
                        )
                    ) {
                        index += UNICODE_ESCAPE
                    } else {
                        parts.last().append(source[index + 1]).also { index += 2 }
                    }
                }
                at("\${") -> {
                    index += 2
                    code(isNested = true)
                    parts += StringBuilder()
                }
                at("$") && source[index + 1].isLetter() -> {
                    index++
                    while (source[index].isLetterOrDigit() || source[index] == '_') index++
                    parts += StringBuilder()
                }
                else -> parts.last().append(source[index++])
            }
        }
        index += quote.length
        found += parts.map { it.toString() }
    }

    private companion object {
        const val UNICODE_ESCAPE = 6
    }
}
