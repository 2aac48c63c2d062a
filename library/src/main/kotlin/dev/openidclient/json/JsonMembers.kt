package dev.openidclient.json

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MASK
import dev.openidclient.error.OAuthException
import dev.openidclient.error.onOneLine
import dev.openidclient.error.printable
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.util.Collections

/**
 * A JSON document with typed properties for the members that a specification names; unknown members survive in [json].
 *
 * A typed property is null where its member is absent or `null`, and throws an
 * [OAuthException] where the member has another type than the specification says. `toString` shows the names of the
 * members, and values only where they can be no secret. Immutable, so safe to share between threads.
 */
public abstract class JsonMembers internal constructor(
    json: JsonObject,
    /** What messages and `toString` call it; an optimizer may give its class another name. */
    private val typeName: String,
    /** Whether nobody else has [json], as where an answer was read. */
    isOwn: Boolean = false,
) {
    /** The whole document, as it was when this was made. */
    public val json: JsonObject =
        if (isOwn &&
            isFlat(json)
        ) {
            JsonObject(Collections.unmodifiableMap(json))
        } else {
            fixed(json)
        }

    /** The names of the members whose values `toString` may show. */
    internal open val shown: Set<String> get() = emptySet()

    /** The value of a member that may be shown. */
    internal open fun shownValue(
        name: String,
        value: JsonElement,
    ): String = printable(value.toString())

    internal val read: MemberReader = MemberReader(this.json) { violation(it) }

    internal open fun violation(message: String): OAuthException =
        InvalidResponseException(ErrorCode.INVALID_RESPONSE, "$typeName: $message")

    /** The member called [name] as it came, or null where it is absent. */
    public operator fun get(name: String): JsonElement? = json[name]

    /** Whether there is a member called [name] that has a value. */
    internal fun has(name: String): Boolean = json[name].let { it != null && it !is JsonNull }

    /** All members as plain Java values: `String`, `Boolean`, `Long` or `Double`, `List`, `Map`, and null. */
    public fun toMap(): Map<String, Any?> = plain(json)

    override fun equals(other: Any?): Boolean =
        other is JsonMembers && javaClass == other.javaClass && json == other.json

    override fun hashCode(): Int = json.hashCode()

    /** For a document without secrets: all of it, fit for a log line. */
    internal fun shownWhole(): String = "$typeName(${onOneLine(json.toString())})"

    override fun toString(): String =
        json.entries.joinToString(", ", "$typeName(", ")") { (name, value) ->
            "${printable(name)}=${if (name in shown) shownValue(name, value) else MASK}"
        }
}

/** Whether there is nothing in [members] that could be changed by itself. */
private fun isFlat(members: JsonObject): Boolean = members.values.all { it is JsonPrimitive }

/** A copy that nobody can change: a [JsonObject] is a view of a map, which may be a caller's mutable one. */
private fun fixed(members: JsonObject): JsonObject {
    if (members.isEmpty()) return EMPTY
    return JsonObject(Collections.unmodifiableMap(members.mapValuesTo(LinkedHashMap()) { (_, value) -> fixed(value) }))
}

private val EMPTY = JsonObject(emptyMap())

private fun fixed(element: JsonElement): JsonElement =
    when (element) {
        is JsonObject -> fixed(element)
        is JsonArray -> JsonArray(Collections.unmodifiableList(element.map(::fixed)))
        is JsonPrimitive -> element
    }

private fun plain(members: JsonObject): Map<String, Any?> = members.mapValues { (_, value) -> plain(value) }

private fun plain(element: JsonElement): Any? =
    when (element) {
        is JsonObject -> plain(element)
        is JsonArray -> element.map(::plain)
        is JsonNull -> null
        is JsonPrimitive ->
            text(element) ?: boolean(element) ?: element.content.toLongOrNull() ?: element.content.toDouble()
    }
