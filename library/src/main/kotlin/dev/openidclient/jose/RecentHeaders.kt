package dev.openidclient.jose

import kotlinx.serialization.json.JsonObject
import java.util.concurrent.atomic.AtomicReferenceArray

/**
 * Headers of JWTs that came lately, by their text: one server writes the same for each of its tokens, and one client for
 * each of its proofs. They are public, and who sends others makes them be read again, nothing worse.
 */
internal object RecentHeaders {
    private class Entry(
        val text: String,
        val header: JsonObject,
    )

    private const val SLOTS = 64
    private const val LONGEST = 4_096

    private val entries = AtomicReferenceArray<Entry>(SLOTS)

    fun find(text: String): JsonObject? = entries[slot(text)]?.takeIf { it.text == text }?.header

    fun add(
        text: String,
        header: JsonObject,
    ) {
        if (text.length <= LONGEST) entries.lazySet(slot(text), Entry(text, header))
    }

    private fun slot(text: String): Int {
        val hash = text.hashCode()
        return (hash xor (hash ushr Short.SIZE_BITS)) and (SLOTS - 1)
    }
}
