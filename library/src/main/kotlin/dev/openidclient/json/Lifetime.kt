package dev.openidclient.json

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.DateTimeException
import java.time.Duration
import java.time.Instant

/**
 * A lifetime in seconds, from a number or from text that starts with one: servers send `3600`, `"3600"` and worse
 * ([RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)); null where [element] is neither, or negative.
 */
internal fun lifetime(element: JsonElement): Duration? =
    textOf(element).let { wholeNumber(it) ?: leadingNumber(it)?.takeIf { number -> number >= 0 }?.let(::seconds) }

private fun textOf(element: JsonElement): String =
    when (element) {
        is JsonPrimitive -> element.content
        is JsonArray -> element.firstOrNull()?.let(::textOf).orEmpty()
        is JsonObject -> ""
    }

/** When what begins at [start] and lives for [lifetime] ends; the last instant there is where that is too long. */
internal fun endOf(
    lifetime: Duration,
    start: Instant,
): Instant =
    try {
        start.plus(lifetime)
    } catch (_: DateTimeException) {
        Instant.MAX
    } catch (_: ArithmeticException) {
        Instant.MAX
    }

/** Most are a few digits. */
private fun wholeNumber(text: String): Duration? =
    text.takeIf { it.length in 1..MOST_DIGITS && it.all { digit -> digit in '0'..'9' } }?.let {
        Duration.ofSeconds(it.toLong())
    }

private const val MOST_DIGITS = 15

/** The number at the start of [text], after white space: sign, digits, fraction, exponent. */
private fun leadingNumber(text: String): Double? =
    text.takeIf { digits -> digits.all { it in '0'..'9' } }?.toDoubleOrNull()?.takeIf(Double::isFinite)
        ?: LEADING_NUMBER.find(text.trimStart())?.value?.toDoubleOrNull()?.takeIf(Double::isFinite)

private val LEADING_NUMBER = Regex("^[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?")
