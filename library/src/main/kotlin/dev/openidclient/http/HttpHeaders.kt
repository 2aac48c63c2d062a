package dev.openidclient.http

import dev.openidclient.error.MASK
import dev.openidclient.error.printable
import dev.openidclient.json.CharacterSet
import java.util.Collections
import java.util.Locale
import java.util.TreeMap

/**
 * HTTP header fields; names are compared without case and kept in lower case, sorted.
 *
 * Names must be tokens and values must hold no control character but the tab ([RFC 9110
 * §5](https://www.rfc-editor.org/rfc/rfc9110#section-5)), else [IllegalArgumentException]. `toString` shows the names,
 * and values only of harmless fields. Immutable.
 */
public class HttpHeaders private constructor(
    /** Nobody changes it. */
    private val fields: TreeMap<String, List<String>>,
) {
    public val names: Set<String> get() = Collections.unmodifiableSet(fields.keys)

    /** All values of [name] joined by `", "` (RFC 9110 §5.3), or null where the field is absent. */
    public operator fun get(name: String): String? =
        fields[lowerCase(name)]?.let {
            it.singleOrNull()
                ?: it.joinToString(", ")
        }

    public fun all(name: String): List<String> = fields[lowerCase(name)].orEmpty()

    public operator fun contains(name: String): Boolean = lowerCase(name) in fields

    /** These headers with [name] set to the one [value]. */
    public fun with(
        name: String,
        value: String,
    ): HttpHeaders {
        requireName(name)
        requireValue(name, value)
        return changed { it[lowerCase(name)] = listOf(value) }
    }

    public fun without(name: String): HttpHeaders = if (name in this) changed { it -= lowerCase(name) } else this

    private inline fun changed(change: (TreeMap<String, List<String>>) -> Unit): HttpHeaders =
        HttpHeaders(TreeMap(fields).also(change))

    public fun toMap(): Map<String, List<String>> = Collections.unmodifiableMap(fields)

    internal inline fun forEach(crossinline action: (name: String, values: List<String>) -> Unit): Unit =
        toMap().forEach { name, values -> action(name, values) }

    override fun equals(other: Any?): Boolean = other is HttpHeaders && fields == other.fields

    override fun hashCode(): Int = fields.hashCode()

    override fun toString(): String =
        fields.entries.joinToString(", ", "HttpHeaders(", ")") { (name, values) ->
            "$name: ${if (name in HARMLESS) printable(values.joinToString(", ")) else MASK}"
        }

    public companion object {
        private val HARMLESS = setOf("accept", "content-length", "content-type", "date", "retry-after", "user-agent")

        @JvmField
        public val EMPTY: HttpHeaders = HttpHeaders(TreeMap())

        public fun of(vararg fields: Pair<String, String>): HttpHeaders =
            of(fields.groupBy({ it.first }, { it.second }))

        /** [received] of the entries of a map. */
        internal fun received(fields: Iterable<Map.Entry<String, List<String>>>): HttpHeaders {
            val sorted = TreeMap<String, List<String>>()
            for ((name, values) in fields) for (value in values) sorted.addReceived(name, value)
            return HttpHeaders(sorted)
        }

        /** Headers that were received, value by value: a name may come again. Else as the other function. */
        @JvmStatic
        public fun received(fields: Iterable<Pair<String, String>>): HttpHeaders {
            val sorted = TreeMap<String, List<String>>()
            for ((name, value) in fields) sorted.addReceived(name, value)
            return HttpHeaders(sorted)
        }

        /**
         * Headers that were received, as an engine or a framework hands them over: what no field may hold is left out,
         * nothing is refused.
         */
        @JvmStatic
        public fun received(fields: Map<String, List<String>>): HttpHeaders = received(fields.entries)

        @JvmStatic
        public fun of(fields: Map<String, List<String>>): HttpHeaders {
            val sorted = TreeMap<String, List<String>>()
            for ((name, values) in fields) {
                val taken = Collections.unmodifiableList(values.toList())
                requireName(name)
                for (value in taken) requireValue(name, value)
                sorted.add(name, taken)
            }
            return HttpHeaders(sorted)
        }

        private fun requireName(name: String): Unit =
            require(isToken(name)) { "\"$name\" is not a header name: it must be a token (RFC 9110 §5.1)" }

        private fun requireValue(
            name: String,
            value: String,
        ): Unit =
            require(isFieldValue(value)) { "the value of header \"$name\" has a character that RFC 9110 §5.5 forbids" }

        private fun TreeMap<String, List<String>>.addReceived(
            name: String,
            value: String,
        ) {
            if (isToken(name) && isFieldValue(value)) add(name, listOf(value))
        }

        private fun TreeMap<String, List<String>>.add(
            name: String,
            values: List<String>,
        ) {
            val lower = lowerCase(name)
            val old = putIfAbsent(lower, values) ?: return
            this[lower] = Collections.unmodifiableList(old + values)
        }

        private fun lowerCase(name: String): String = name.lowercase(Locale.ROOT)
    }
}

/** RFC 9110 §5.5. */
internal fun isFieldValue(text: String): Boolean = text.all { it in ' '..'~' || it >= '\u0080' || it == '\t' }

/** RFC 9110 §5.6.2: `tchar`. */
private val TOKEN_CHARACTERS = CharacterSet.ALPHANUMERIC + "!#$%&'*+-.^_`|~"

/** RFC 9110 §5.6.2. */
internal fun isToken(text: String): Boolean = text.isNotEmpty() && TOKEN_CHARACTERS.hasAllOf(text)

internal fun isTokenCharacter(char: Char): Boolean = char in TOKEN_CHARACTERS
