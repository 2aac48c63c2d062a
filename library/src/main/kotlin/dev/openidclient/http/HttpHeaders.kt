package dev.openidclient.http

import dev.openidclient.error.MASK
import dev.openidclient.error.printable
import java.util.Collections
import java.util.Locale
import java.util.SortedMap
import java.util.TreeMap

/**
 * HTTP header fields; names are compared without case and kept in lower case, sorted.
 *
 * Names must be tokens and values must hold no control character but the tab ([RFC 9110
 * §5](https://www.rfc-editor.org/rfc/rfc9110#section-5)), else [IllegalArgumentException]. `toString` shows the names,
 * and values only of harmless fields. Immutable.
 */
public class HttpHeaders private constructor(
    fields: Lazy<SortedMap<String, List<String>>>,
) {
    private val fields by fields

    public val names: Set<String> get() = fields.keys

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
        val values = listOf(value)
        requireField(name, values)
        return changed { it[lowerCase(name)] = values }
    }

    public fun without(name: String): HttpHeaders = if (name in this) changed { it -= lowerCase(name) } else this

    private inline fun changed(change: (TreeMap<String, List<String>>) -> Unit): HttpHeaders =
        of(TreeMap(fields).also(change))

    public fun toMap(): Map<String, List<String>> = fields

    override fun equals(other: Any?): Boolean = other is HttpHeaders && fields == other.fields

    override fun hashCode(): Int = fields.hashCode()

    override fun toString(): String =
        fields.entries.joinToString(", ", "HttpHeaders(", ")") { (name, values) ->
            "$name: ${if (name in HARMLESS) printable(values.joinToString(", ")) else MASK}"
        }

    public companion object {
        private val HARMLESS = setOf("accept", "content-length", "content-type", "date", "retry-after", "user-agent")

        @JvmField
        public val EMPTY: HttpHeaders = of(TreeMap())

        public fun of(vararg fields: Pair<String, String>): HttpHeaders =
            of(fields.groupBy({ it.first }, { it.second }))

        /**
         * Headers of an answer, as an engine hands them over, and keeps unchanged: what no field may hold is left out,
         * nothing is refused. Most answers are read without a look at them.
         */
        internal fun received(fields: Iterable<Map.Entry<String, List<String>>>): HttpHeaders =
            HttpHeaders(
                lazy(LazyThreadSafetyMode.PUBLICATION) {
                    val sorted = TreeMap<String, List<String>>()
                    for ((name, values) in fields) {
                        val taken = values.filter(::isFieldValue)
                        if (isToken(name) && taken.isNotEmpty()) sorted.add(name, taken)
                    }
                    Collections.unmodifiableSortedMap(sorted)
                },
            )

        /**
         * Headers of an answer, as an engine hands them over: what no field may hold is left out, nothing is refused.
         * For transports.
         */
        @JvmStatic
        public fun received(fields: Map<String, List<String>>): HttpHeaders =
            received(fields.mapValues { (_, values) -> values.toList() }.entries)

        @JvmStatic
        public fun of(fields: Map<String, List<String>>): HttpHeaders {
            val sorted = TreeMap<String, List<String>>()
            for ((name, values) in fields) {
                val taken = values.toList()
                requireField(name, taken)
                sorted.add(name, taken)
            }
            return of(sorted)
        }

        private fun of(sorted: TreeMap<String, List<String>>) =
            HttpHeaders(lazyOf(Collections.unmodifiableSortedMap(sorted)))

        private fun requireField(
            name: String,
            values: List<String>,
        ) {
            require(isToken(name)) { "\"$name\" is not a header name: it must be a token (RFC 9110 §5.1)" }
            require(values.all(::isFieldValue)) {
                "the value of header \"$name\" has a character that RFC 9110 §5.5 forbids"
            }
        }

        private fun TreeMap<String, List<String>>.add(
            name: String,
            values: List<String>,
        ) {
            merge(lowerCase(name), Collections.unmodifiableList(values)) { old, new ->
                Collections.unmodifiableList(old + new)
            }
        }

        private fun lowerCase(name: String): String = name.lowercase(Locale.ROOT)
    }
}

/** RFC 9110 §5.5. */
internal fun isFieldValue(text: String): Boolean = text.all { it == '\t' || it in ' '..'~' || it >= '\u0080' }

/** RFC 9110 §5.6.2. */
internal fun isToken(text: String): Boolean = text.isNotEmpty() && text.all(::isTokenCharacter)

internal fun isTokenCharacter(char: Char): Boolean =
    char in 'a'..'z' || char in 'A'..'Z' || char in '0'..'9' || char in "!#$%&'*+-.^_`|~"
