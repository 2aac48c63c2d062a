package dev.openidclient.tampering

import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.JsonUnquotedLiteral
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import java.time.Instant

/** The value of a member that is taken away. */
internal object Absent

/** The value of a member that depends on the genuine one. */
internal class Changed(
    val edit: (JsonElement) -> Any?,
)

internal fun changed(edit: (JsonElement) -> Any?): Changed = Changed(edit)

/** A number as it is written, which need not fit any type. */
@OptIn(ExperimentalSerializationApi::class)
internal fun literal(text: String): JsonElement = JsonUnquotedLiteral(text)

/** Seconds since the epoch, [offset] seconds from when the value is needed. */
internal fun now(offset: Long): Changed = changed { Instant.now().epochSecond + offset }

/** This object with other members: a plain value, [Absent], or [changed]. */
internal fun JsonObject.changed(vararg changes: Pair<String, Any?>): JsonObject {
    val members = LinkedHashMap<String, JsonElement>(this)
    for ((name, value) in changes) {
        if (value === Absent) members.remove(name) else members[name] = toJson(value, members[name] ?: JsonNull)
    }
    return JsonObject(members)
}

internal val JsonElement.string: String get() = jsonPrimitive.content

internal fun JsonObject.objects(name: String): List<JsonObject> = getValue(name).jsonArray.map { it.jsonObject }

private fun toJson(
    value: Any?,
    genuine: JsonElement,
): JsonElement =
    when (value) {
        null -> JsonNull
        is Changed -> toJson(value.edit(genuine), genuine)
        is JsonElement -> value
        is String -> JsonPrimitive(value)
        is Boolean -> JsonPrimitive(value)
        is Number -> JsonPrimitive(value)
        is List<*> -> JsonArray(value.map { toJson(it, JsonNull) })
        is Map<*, *> -> JsonObject(value.entries.associate { (name, member) -> "$name" to toJson(member, JsonNull) })
        else -> throw IllegalArgumentException("no JSON value: $value")
    }
