package dev.openidclient.client

import java.util.concurrent.ConcurrentHashMap

/**
 * Cells by their key, [maximum] at the most: of more, those that were used least recently have to go. Those that are of
 * no use any more go now and then, as others come. One that is busy is never thrown out.
 */
internal class CellMap<C : Any>(
    private val maximum: Int,
    private val time: SourceTime,
    private val traits: Traits<C>,
) {
    /** What the map must know of a cell. */
    interface Traits<C> {
        fun isBusy(cell: C): Boolean

        fun isUseless(cell: C): Boolean

        fun lastUsedAt(cell: C): Long

        fun evicted(cell: C)
    }

    private val cells = ConcurrentHashMap<String, C>()

    @Volatile
    private var sweptAt = time.monotonicMillis

    val size: Int get() = cells.size

    operator fun get(key: String): C? = cells[key]

    fun getOrMake(
        key: String,
        make: () -> C,
    ): C {
        cells[key]?.let { return it }
        val made = make()
        val cell = cells.putIfAbsent(key, made) ?: made
        if (cells.size > maximum || time.monotonicMillis - sweptAt > SWEEP_MILLIS) makeRoom(key)
        return cell
    }

    fun remove(key: String): C? = cells.remove(key)

    /** As they are now, and while others come and go. */
    val all: Collection<C> get() = cells.values

    @Synchronized
    private fun makeRoom(newest: String) {
        sweptAt = time.monotonicMillis
        cells.entries.removeIf { (key, cell) -> key != newest && !traits.isBusy(cell) && traits.isUseless(cell) }
        if (cells.size <= maximum) return
        cells.entries
            .filter { (key, cell) -> key != newest && !traits.isBusy(cell) }
            .map { it to traits.lastUsedAt(it.value) }
            .sortedBy { (_, lastUsedAt) -> lastUsedAt }
            .take(cells.size - maximum + maximum / BATCH_PART)
            .forEach { (entry) -> if (cells.remove(entry.key, entry.value)) traits.evicted(entry.value) }
    }

    private companion object {
        const val SWEEP_MILLIS = 60_000L

        /** So that a full map is not sorted for each newcomer. */
        const val BATCH_PART = 16
    }
}
