package dev.openidclient.http

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MASK
import dev.openidclient.error.printable

/**
 * The parameters of a request or of a callback, in order; a name may come more than once.
 *
 * On the wire they are `application/x-www-form-urlencoded` as the [URL standard
 * §5](https://url.spec.whatwg.org/#application/x-www-form-urlencoded) says: UTF-8, a space is `+`. `toString` shows the
 * names only. Immutable, so safe to share between threads.
 */
public class Parameters private constructor(
    private val entries: List<Pair<String, String>>,
) {
    /** Every name, once, in the order of first appearance. */
    public val names: Set<String> get() = if (isEmpty) emptySet() else entries.mapTo(LinkedHashSet()) { it.first }

    public val isEmpty: Boolean get() = entries.isEmpty()

    /** The first value of [name], or null where there is none. */
    public operator fun get(name: String): String? = entries.firstOrNull { it.first == name }?.second

    /** All values of [name], in order. */
    public fun all(name: String): List<String> = entries.filter { it.first == name }.map { it.second }

    public operator fun contains(name: String): Boolean = entries.any { it.first == name }

    /**
     * The value of [name], or null where there is none. Throws [InvalidResponseException] where [name] comes more than
     * once ([RFC 6749 §3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1)).
     */
    public fun single(name: String): String? {
        val values = all(name)
        if (values.size > 1) {
            throw InvalidResponseException(
                ErrorCode.INVALID_RESPONSE,
                "parameter \"$name\" must come once, but came ${values.size} times",
            )
        }
        return values.firstOrNull()
    }

    /**
     * These parameters with [name] set to [value]: in place of its first value, the others dropped; else at the end.
     */
    public fun with(
        name: String,
        value: String,
    ): Parameters {
        val first = entries.indexOfFirst { it.first == name }
        if (first < 0) return plus(name, value)
        return Parameters(
            entries.mapIndexedNotNull { index, entry ->
                if (index == first) name to value else entry.takeIf { it.first != name }
            },
        )
    }

    /** These parameters and [value] for [name] at the end; earlier values of [name] stay. */
    public fun plus(
        name: String,
        value: String,
    ): Parameters = Parameters(entries + (name to value))

    /** These parameters, then [others]. */
    public operator fun plus(others: Parameters): Parameters =
        when {
            others.isEmpty -> this
            isEmpty -> others
            else -> Parameters(entries + others.entries)
        }

    public fun without(name: String): Parameters = Parameters(entries.filter { it.first != name })

    /** All values by name. */
    public fun toMap(): Map<String, List<String>> = entries.groupBy({ it.first }, { it.second })

    /** The form encoding, without a leading `?`. */
    public fun encode(): String =
        buildString(entries.sumOf { it.first.length + it.second.length + 2 }) {
            for (entry in entries) {
                if (isNotEmpty()) append('&')
                FormEncoding.encode(entry.first, this)
                append('=')
                FormEncoding.encode(entry.second, this)
            }
        }

    override fun equals(other: Any?): Boolean = other is Parameters && entries == other.entries

    override fun hashCode(): Int = entries.hashCode()

    override fun toString(): String = entries.joinToString("&", "Parameters(", ")") { "${printable(it.first)}=$MASK" }

    public companion object {
        @JvmField
        public val EMPTY: Parameters = Parameters(emptyList())

        public fun of(vararg entries: Pair<String, String>): Parameters = Parameters(entries.toList())

        @JvmStatic
        public fun of(entries: Map<String, String>): Parameters = Parameters(entries.map { it.toPair() })

        /** Reads the form encoding leniently, as the URL standard §5.1 says: nothing is an error. */
        @JvmStatic
        public fun parse(encoded: String): Parameters =
            Parameters(
                encoded.split('&').filter(String::isNotEmpty).map { entry ->
                    FormEncoding.decode(entry.substringBefore('=')) to
                        FormEncoding.decode(entry.substringAfter('=', ""))
                },
            )
    }
}
