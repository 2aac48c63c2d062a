package dev.openidclient.json

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Instant

/**
 * Typed reads of [members], which a program stored and gives back; [what] names them in messages. Throws
 * [IllegalArgumentException] where they are not as this library writes them; the messages never show a value.
 */
internal class StoredMembers(
    private val what: String,
    private val members: JsonObject,
) {
    /** Refuses what another version of the library wrote: a member that is ignored could be a check that is dropped. */
    fun requireKnown(names: Set<String>) {
        val unknown = members.keys - names
        require(unknown.isEmpty()) { "$what has ${unknown.size} members that are not known here" }
    }

    fun <T : Any> required(
        name: String,
        read: (JsonElement) -> T?,
    ): T = requireNotNull(optional(name, read)) { "$what is damaged: \"$name\" is missing" }

    fun <T : Any> optional(
        name: String,
        read: (JsonElement) -> T?,
    ): T? = members[name]?.let { requireNotNull(read(it)) { "$what is damaged: \"$name\" has the wrong type" } }

    companion object {
        private val SECONDS = 0..Instant.MAX.epochSecond

        /** The longest time in seconds that [wholeNumber] reads. */
        val MOST_SECONDS: Long = SECONDS.last

        fun texts(element: JsonElement): List<String>? = (element as? JsonArray)?.map { text(it) ?: return null }

        fun nonEmptyText(element: JsonElement): String? = text(element)?.ifEmpty { null }

        fun wholeNumber(element: JsonElement): Long? =
            (element as? JsonPrimitive)?.takeUnless { it.isString }?.content?.toLongOrNull()?.takeIf { it in SECONDS }

        fun document(element: JsonElement): JsonObject? = element as? JsonObject

        /** [members] but for those without a value, as one JSON object. */
        fun write(vararg members: Pair<String, JsonElement?>): JsonObject =
            JsonObject(members.mapNotNull { (name, value) -> value?.let { name to it } }.toMap())

        /** Null where there are no [values]. */
        fun array(values: List<String>): JsonArray? =
            if (values.isEmpty()) null else JsonArray(values.map(::JsonPrimitive))
    }
}
