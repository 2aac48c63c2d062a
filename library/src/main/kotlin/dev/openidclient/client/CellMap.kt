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

    /** Until when nobody looks again for what could go: all that there is is busy. */
    @Volatile
    private var fullUntil: Long? = null

    val size: Int get() = cells.size

    operator fun get(key: String): C? = cells[key]

    fun getOrMake(
        key: String,
        make: () -> C,
    ): C {
        cells[key]?.let { return it }
        return getOrPut(key, make()).also { makeRoom(key) }
    }

    /** Of those that are kept, the one of [key], which is [cell] where there was none; [makeRoom] is to follow. */
    fun getOrPut(
        key: String,
        cell: C,
    ): C = cells.putIfAbsent(key, cell) ?: cell

    /** Lets those go that have to, now that [newest] has come. */
    fun makeRoom(newest: String) {
        val now = time.monotonicMillis
        if (cells.size <= maximum && now - sweptAt <= SWEEP_MILLIS) return
        if (fullUntil?.let { now < it } == true) return
        // without the lock: who is told may take its time
        sweep(newest).forEach(traits::evicted)
    }

    fun remove(key: String): C? = cells.remove(key)

    /** As they are now, and while others come and go. */
    val all: Collection<C> get() = cells.values

    /** Removes [cell], unless another one has taken its place. */
    fun remove(
        key: String,
        cell: C,
    ) {
        cells.remove(key, cell)
    }

    /** Returns those that were of use still. */
    @Synchronized
    private fun sweep(newest: String): List<C> {
        sweptAt = time.monotonicMillis
        cells.entries.removeIf { (key, cell) -> key != newest && !traits.isBusy(cell) && traits.isUseless(cell) }
        if (cells.size <= maximum) return emptyList()
        val gone =
            cells.entries
                .filter { (key, cell) -> key != newest && !traits.isBusy(cell) }
                .map { it to traits.lastUsedAt(it.value) }
                .sortedBy { (_, lastUsedAt) -> lastUsedAt }
                .take(cells.size - maximum + maximum / BATCH_PART)
                .mapNotNull { (entry) -> entry.value.takeIf { cells.remove(entry.key, it) } }
        fullUntil = if (gone.isEmpty()) sweptAt + FULL_MILLIS else null
        return gone
    }

    private companion object {
        const val SWEEP_MILLIS = 60_000L
        const val FULL_MILLIS = 1_000L

        /** So that a full map is not sorted for each newcomer. */
        const val BATCH_PART = 16
    }
}
