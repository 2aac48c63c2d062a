package dev.openidclient.testserver

import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.longOrNull
import java.time.Instant
import java.util.Base64

/** A JSON object of [members] that have a value. */
internal fun jsonOf(vararg members: Pair<String, Any?>): JsonObject =
    JsonObject(members.filter { it.second != null }.associate { (name, value) -> name to element(value) })

/** The JSON of a plain value: text, number, truth, list, map, or JSON itself. Any other is an [IllegalArgumentException]. */
internal fun element(value: Any?): JsonElement =
    when (value) {
        null -> JsonNull
        is JsonElement -> value
        is String -> JsonPrimitive(value)
        is Number -> JsonPrimitive(value)
        is Boolean -> JsonPrimitive(value)
        is Instant -> JsonPrimitive(value.epochSecond)
        is Map<*, *> -> JsonObject(value.entries.associate { (name, member) -> name.toString() to element(member) })
        is Iterable<*> -> JsonArray(value.map(::element))
        is Array<*> -> JsonArray(value.map(::element))
        else ->
            throw IllegalArgumentException(
                "a claim must be text, a number, true or false, a list or a map, but is a ${value.javaClass.name}",
            )
    }

internal fun parseObject(text: String): JsonObject? =
    try {
        Json.parseToJsonElement(text) as? JsonObject
    } catch (_: SerializationException) {
        null
    }

/** The member [name] where it is text. */
internal fun JsonObject.text(name: String): String? = (this[name] as? JsonPrimitive)?.takeIf { it.isString }?.content

internal fun JsonObject.number(name: String): Long? =
    (this[name] as? JsonPrimitive)
        ?.takeUnless {
            it.isString
        }?.longOrNull

internal fun JsonObject.isTrue(name: String): Boolean = (this[name] as? JsonPrimitive)?.content == "true"

/** The member [name] as texts: one, or a list of them. */
internal fun JsonObject.texts(name: String): List<String> =
    text(name)?.let(::listOf)
        ?: (this[name] as? JsonArray)
            ?.mapNotNull { (it as? JsonPrimitive)?.takeIf(JsonPrimitive::isString)?.content }
            .orEmpty()

/** The same members with [changes]; one that is null is removed. */
internal fun JsonObject.with(vararg changes: Pair<String, Any?>): JsonObject {
    val members = LinkedHashMap(this)
    for ((name, value) in changes) if (value == null) members.remove(name) else members[name] = element(value)
    return JsonObject(members)
}

internal fun base64Url(bytes: ByteArray): String = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)

internal fun base64Url(text: String): String = base64Url(text.encodeToByteArray())

internal fun fromBase64Url(text: String): ByteArray? =
    try {
        Base64.getUrlDecoder().decode(text)
    } catch (_: IllegalArgumentException) {
        null
    }
