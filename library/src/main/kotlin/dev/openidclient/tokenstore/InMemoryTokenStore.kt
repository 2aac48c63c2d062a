package dev.openidclient.tokenstore

import java.time.Clock
import java.time.Duration
import java.time.Instant
import java.util.TreeSet

/**
 * A [TokenStore] for one process: what it holds ends with it. Holds [maximumEntries] at the most; of more, the one whose
 * lifetime ends first has to go. Safe for any number of threads; no function suspends or blocks for long.
 */
public class InMemoryTokenStore
    @JvmOverloads
    constructor(
        private val maximumEntries: Int = DEFAULT_MAXIMUM_ENTRIES,
        private val clock: Clock = Clock.systemUTC(),
    ) : TokenStore {
        private class Entry(
            val id: String,
            val version: Long,
            val value: String,
            val expiresAt: Instant,
        ) {
            var owner: String? = null
            var leasedUntil: Instant = Instant.MIN
        }

        private val lock = Any()
        private val byId = HashMap<String, Entry>()
        private val byExpiry = TreeSet<Entry>(compareBy(Entry::expiresAt, Entry::version, Entry::id))

        /** The highest version that any entry ever had, so that none comes again. */
        private var highest = 0L

        /** Told the id of each entry that had to make room. */
        internal var evicted: (id: String) -> Unit = {}

        init {
            require(maximumEntries > 0) { "maximumEntries must be positive, but is $maximumEntries" }
        }

        /** How many entries there are, those among them whose lifetime is over. */
        internal val size: Int get() = synchronized(lock) { byId.size }

        override suspend fun load(id: String): StoredEntry? =
            synchronized(lock) { live(id)?.let { StoredEntry(it.version, it.value) } }

        override suspend fun put(
            id: String,
            value: String,
            lifetime: Duration,
        ) {
            requirePositive("lifetime", lifetime)
            val gone =
                synchronized(lock) {
                    val before = live(id)
                    write(id, if (before == null) highest + 1 else before.version + 1, value, lifetime)
                    makeRoom()
                }
            gone.forEach(evicted)
        }

        override suspend fun lease(
            id: String,
            version: Long,
            owner: String,
            duration: Duration,
        ): Lease {
            requirePositive("duration", duration)
            return synchronized(lock) {
                val entry = live(id) ?: return@synchronized Lease.Gone
                if (entry.version != version) return@synchronized Lease.Changed
                val now = clock.instant()
                val holder = entry.owner
                val remaining = Duration.between(now, maxOf(entry.leasedUntil, now))
                if (holder != null && holder != owner && !remaining.isZero) return@synchronized Lease.Held(remaining)
                entry.owner = owner
                entry.leasedUntil = now.plus(duration)
                Lease.Acquired(abandoned = holder != null && holder != owner)
            }
        }

        override suspend fun renew(
            id: String,
            version: Long,
            owner: String,
            duration: Duration,
        ): Boolean {
            requirePositive("duration", duration)
            return synchronized(lock) {
                val entry = leased(id, version, owner)
                entry?.leasedUntil = clock.instant().plus(duration)
                entry != null
            }
        }

        override suspend fun commit(
            id: String,
            version: Long,
            value: String,
            lifetime: Duration,
        ): Boolean {
            require(!lifetime.isNegative) { "lifetime must not be negative, but is $lifetime" }
            val gone =
                synchronized(lock) {
                    if ((live(id)?.version ?: NO_VERSION) != version) return false
                    if (lifetime.isZero) {
                        drop(id)
                    } else {
                        write(id, if (version == NO_VERSION) highest + 1 else version + 1, value, lifetime)
                    }
                    makeRoom()
                }
            gone.forEach(evicted)
            return true
        }

        override suspend fun release(
            id: String,
            version: Long,
            owner: String,
        ) {
            synchronized(lock) { leased(id, version, owner)?.owner = null }
        }

        override suspend fun remove(id: String) {
            synchronized(lock) { drop(id) }
        }

        override suspend fun take(id: String): String? = synchronized(lock) { live(id)?.value.also { drop(id) } }

        private fun live(id: String): Entry? {
            val entry = byId[id] ?: return null
            if (clock.instant() < entry.expiresAt) return entry
            drop(id)
            return null
        }

        private fun leased(
            id: String,
            version: Long,
            owner: String,
        ): Entry? = live(id)?.takeIf { it.version == version && it.owner == owner }

        private fun write(
            id: String,
            version: Long,
            value: String,
            lifetime: Duration,
        ) {
            drop(id)
            highest = maxOf(highest, version)
            val entry = Entry(id, version, value, clock.instant().plus(minOf(lifetime, LONGEST_LIFETIME)))
            byId[id] = entry
            byExpiry += entry
        }

        private fun drop(id: String) {
            byId.remove(id)?.let(byExpiry::remove)
        }

        /** First what is over, which nobody misses; returns the ids of the others. */
        private fun makeRoom(): List<String> {
            if (byId.size <= maximumEntries) return emptyList()
            val now = clock.instant()
            while (byExpiry.first().expiresAt <= now) drop(byExpiry.first().id)
            val gone = ArrayList<String>()
            while (byId.size > maximumEntries) {
                val first = byExpiry.first().id
                gone += first
                drop(first)
            }
            return gone
        }

        override fun toString(): String = "InMemoryTokenStore($size of $maximumEntries entries)"

        public companion object {
            /** 100 000 */
            public const val DEFAULT_MAXIMUM_ENTRIES: Int = 100_000

            /** That of no entry. */
            private const val NO_VERSION = 0L

            private val LONGEST_LIFETIME: Duration = Duration.ofDays(36_500)

            private fun requirePositive(
                name: String,
                value: Duration,
            ) = require(!value.isNegative && !value.isZero) { "$name must be positive, but is $value" }
        }
    }
