package dev.openidclient.json

import dev.openidclient.error.OAuthException
import dev.openidclient.error.printable
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration
import java.time.Instant

/**
 * Typed reads of [members], which came from outside.
 *
 * A member that breaks the rule of a read makes it throw what [violation] makes of the sentence
 * `"name" must be …`. Every `optional` read takes JSON `null` for absent, since many servers write it so.
 */
internal class MemberReader(
    private val members: JsonObject,
    private val violation: (message: String) -> OAuthException,
) {
    fun requiredString(name: String): String = nonEmptyString(name, members[name])

    /** A string, which may be empty. */
    fun requiredText(name: String): String = text(members[name]) ?: violate(name, "a string", members[name])

    fun requiredInstant(name: String): Instant = optionalInstant(name) ?: violate(name, "a number", members[name])

    fun optionalString(name: String): String? = optional(name)?.let { text(it) ?: violate(name, "a string", it) }

    /** The string, or null where the member is absent, `null` or `""`: for what an empty string can name nothing of. */
    fun optionalNonEmptyString(name: String): String? = optionalString(name)?.ifEmpty { null }

    /** `scope`, space-separated ([RFC 6749 §3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3)), or an array. */
    fun optionalScope(name: String): String? =
        optional(name)?.let(::text) ?: optionalStringOrStrings(name)?.joinToString(" ")

    fun optionalBoolean(name: String): Boolean? =
        optional(name)?.let {
            boolean(it)
                ?: violate(name, "true or false", it)
        }

    fun optionalStrings(name: String): List<String>? =
        optional(name)?.let { element ->
            (element as? JsonArray)?.map { text(it) ?: violate(name, "an array of strings", element) }
                ?: violate(name, "an array of strings", element)
        }

    /** One string, or an array of strings, as `aud` is (RFC 7519 §4.1.3). */
    fun optionalStringOrStrings(name: String): List<String>? =
        optional(name)?.let { element ->
            text(element)?.let(::listOf)
                ?: (element as? JsonArray)?.map {
                    text(
                        it,
                    ) ?: violate(name, "a string or an array of strings", element)
                }
                ?: violate(name, "a string or an array of strings", element)
        }

    fun optionalObject(name: String): JsonObject? =
        optional(name)?.let { it as? JsonObject ?: violate(name, "a JSON object", it) }

    fun optionalArray(name: String): List<JsonElement>? =
        optional(name)?.let { it as? JsonArray ?: violate(name, "an array", it) }

    fun optionalNumber(name: String): Double? = optional(name)?.let { number(it) ?: violate(name, "a number", it) }

    fun optionalInstant(name: String): Instant? = optionalNumber(name)?.let(::epochSeconds)

    fun optionalSeconds(name: String): Duration? = optionalNumber(name)?.let(::seconds)

    fun requiredLifetime(name: String): Duration =
        optionalLifetime(name) ?: violateNumber(name, "a number of seconds, 0 or more", members[name])

    /** The lifetime, or null where the member is absent or says none, as `-1` and `""` do. */
    fun optionalLifetime(name: String): Duration? = optional(name)?.let(::lifetime)

    /** How long to wait between two requests, 1 second at least, or null where the member is absent or says nothing. */
    fun optionalInterval(name: String): Duration? = optionalLifetime(name)?.let { maxOf(it, SHORTEST_INTERVAL) }

    private fun optional(name: String): JsonElement? = members[name].takeUnless { it is JsonNull }

    private fun nonEmptyString(
        name: String,
        element: JsonElement?,
    ): String = element?.let(::text)?.takeUnless(String::isEmpty) ?: violate(name, "a non-empty string", element)

    /** Shows a number that is out of its bounds: as a lifetime it is no secret. */
    private fun violateNumber(
        name: String,
        rule: String,
        found: JsonElement?,
    ): Nothing = throw violation("\"$name\" must be $rule, but is ${kindOrNumber(found)}")

    private fun violate(
        name: String,
        rule: String,
        found: JsonElement?,
    ): Nothing = throw violation("\"$name\" must be $rule, but is ${kind(found)}")
}

/** The string that [element] is, or null where it is anything else. */
internal fun text(element: JsonElement?): String? =
    (element as? JsonPrimitive)?.takeIf(JsonPrimitive::isString)?.content

internal fun boolean(element: JsonElement?): Boolean? =
    (element as? JsonPrimitive)?.takeUnless { it.isString }?.content?.toBooleanStrictOrNull()

/** [members] without those that are `null`: whether a name is in them then says whether there is a value. */
internal fun withoutNulls(members: JsonObject): JsonObject =
    if (members.values.none { it is JsonNull }) members else JsonObject(members.filterValues { it !is JsonNull })

/** The finite number that [element] is, or null where it is anything else: `"1"` and `1e999` are not. */
internal fun number(element: JsonElement?): Double? =
    (element as? JsonPrimitive)?.takeUnless { it.isString }?.content?.let { number ->
        // most are integers, which need no floating point to be read
        number.toLongOrNull()?.toDouble() ?: number.toDoubleOrNull()?.takeIf(Double::isFinite)
    }

/** The instant [seconds] after the epoch; times beyond what [Instant] holds become its ends. */
internal fun epochSeconds(seconds: Double): Instant {
    val whole = Math.floor(seconds)
    return when {
        whole <= Instant.MIN.epochSecond -> Instant.MIN
        whole >= Instant.MAX.epochSecond -> Instant.MAX
        else -> Instant.ofEpochSecond(whole.toLong(), ((seconds - whole) * NANOS).toLong())
    }
}

internal fun seconds(value: Double): Duration {
    val whole = Math.floor(value)
    return Duration.ofSeconds(whole.toLong(), ((value - whole) * NANOS).toLong())
}

/** What [element] is, for a message that must not show its value. */
internal fun kind(element: JsonElement?): String =
    when (element) {
        null -> "absent"
        is JsonNull -> "null"
        is JsonObject -> "an object"
        is JsonArray -> "an array"
        is JsonPrimitive ->
            when {
                element.isString -> if (element.content.isEmpty()) "an empty string" else "a string"
                boolean(element) != null -> "a boolean"
                else -> "a number"
            }
    }

/** The same for what is no secret where it is a number: then the number itself. */
internal fun kindOrNumber(element: JsonElement?): String =
    if (number(element) == null) kind(element) else printable(element.toString())

private val SHORTEST_INTERVAL: Duration = Duration.ofSeconds(1)

private const val NANOS = 1_000_000_000
