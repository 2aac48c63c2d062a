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
            val until: Instant,
        )

        private val lock = Any()
        private val keys = HashSet<String>()
        private val byEnd = PriorityQueue<Entry>(compareBy(Entry::until))

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
                dropUntil(now)
                when {
                    key in keys -> false
                    until <= now -> true
                    else -> add(Entry(key, until))
                }
            }

        private fun dropUntil(now: Instant) {
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
        }
    }
