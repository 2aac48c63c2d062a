package dev.openidclient.json

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.DateTimeException
import java.time.Instant
import java.time.LocalDate
import java.time.LocalDateTime
import java.time.OffsetDateTime
import java.time.ZoneOffset
import java.time.format.DateTimeFormatter
import java.time.temporal.TemporalAccessor

/**
 * Reads of the [claims] about a person that no check depends on, in each spelling that servers have for them. What
 * cannot be read is null, and stays in the document: that a birthday is misspelt must not end a sign-in.
 */
internal class ClaimReader(
    private val claims: JsonObject,
) {
    /** A string, or a number as it is written. */
    fun text(name: String): String? = textOf(claims[name])

    /** An array of what [text] reads, or one of it alone. */
    fun texts(name: String): List<String>? {
        val claim = claims[name]
        return (claim as? JsonArray)?.mapNotNull(::textOf) ?: textOf(claim)?.let(::listOf)
    }

    /** `true` and `false`, also as text. */
    fun boolean(name: String): Boolean? =
        boolean(claims[name]) ?: text(claims[name])?.lowercase()?.toBooleanStrictOrNull()

    /** Seconds since the epoch, also as text, or ISO 8601, which is UTC where it names no offset. */
    fun instant(name: String): Instant? {
        number(claims[name])?.let { return epochSeconds(it) }
        val text = text(claims[name])?.trim() ?: return null
        return if (SECONDS.matches(text)) epochSeconds(text.toDouble()) else iso8601(text)
    }

    /** An object, also as JSON text; any other text is its member [textMember]. */
    fun document(
        name: String,
        textMember: String,
    ): JsonObject? {
        val claim = claims[name]
        if (claim is JsonObject) return claim
        val text = text(claim)?.ifBlank { null } ?: return null
        return parseJson(text) as? JsonObject ?: JsonObject(mapOf(textMember to JsonPrimitive(text)))
    }

    fun document(name: String): JsonObject? = claims[name] as? JsonObject

    private fun textOf(element: JsonElement?): String? =
        text(element) ?: (element as? JsonPrimitive)?.takeIf { it !is JsonNull && boolean(it) == null }?.content

    private fun iso8601(text: String): Instant? =
        try {
            val time = DateTimeFormatter.ISO_DATE_TIME
            if ('T' in text || ' ' in text) {
                instant(time.parseBest(text.replaceFirst(' ', 'T'), OffsetDateTime::from, LocalDateTime::from))
            } else {
                LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
            }
        } catch (_: DateTimeException) {
            null
        }

    private fun instant(time: TemporalAccessor): Instant =
        if (time is OffsetDateTime) time.toInstant() else LocalDateTime.from(time).toInstant(ZoneOffset.UTC)

    private companion object {
        val SECONDS = Regex("-?[0-9]{1,15}([.][0-9]{1,9})?")
    }
}
