package dev.openidclient.tokenstore

import dev.openidclient.error.ReplayCacheException
import java.time.Clock
import java.time.Instant
import java.util.PriorityQueue

/**
 * A [ReplayCache] for one process: another instance does not know what this one has seen. Holds [maximumEntries] at the
 * most: what is over makes room, and where all of it lives still [register] throws [ReplayCacheException].
 */
public class InMemoryReplayCache
    @JvmOverloads
    constructor(
        private val maximumEntries: Int = DEFAULT_MAXIMUM_ENTRIES,
        private val clock: Clock = Clock.systemUTC(),
    ) : ReplayCache {
        private class Entry(
            val key: String,
            /** Nanoseconds since the epoch, which take less room than an [Instant]. */
            val until: Long,
        )

        private val lock = Any()
        private val keys = HashSet<String>()
        private val byEnd = PriorityQueue<Entry> { one, other -> one.until.compareTo(other.until) }

        init {
            require(maximumEntries > 0) { "maximumEntries must be positive, but is $maximumEntries" }
        }

        /** How many entries there are, those among them that are over. */
        internal val size: Int get() = synchronized(lock) { keys.size }

        override suspend fun register(
            key: String,
            until: Instant,
        ): Boolean =
            synchronized(lock) {
                val now = clock.instant()
                dropUntil(nanos(now))
                when {
                    key in keys -> false
                    until <= now -> true
                    else -> add(Entry(key, nanos(until)))
                }
            }

        private fun dropUntil(now: Long) {
            while (byEnd.isNotEmpty() && byEnd.peek().until <= now) keys.remove(byEnd.remove().key)
        }

        private fun add(entry: Entry): Boolean {
            if (keys.size >= maximumEntries) {
                throw ReplayCacheException(
                    "the replay cache is full: all of its $maximumEntries entries live still (maximumEntries)",
                )
            }
            byEnd += entry
            return keys.add(entry.key)
        }

        override fun toString(): String = "InMemoryReplayCache($size of $maximumEntries entries)"

        public companion object {
            /** 100 000 */
            public const val DEFAULT_MAXIMUM_ENTRIES: Int = 100_000

            private const val NANOS = 1_000_000_000L

            /** In the year 2262, after which nobody's tokens live still. */
            private const val LAST_SECOND = Long.MAX_VALUE / NANOS - 1

            private fun nanos(instant: Instant): Long =
                if (instant.epochSecond > LAST_SECOND) Long.MAX_VALUE else instant.epochSecond * NANOS + instant.nano
        }
    }
