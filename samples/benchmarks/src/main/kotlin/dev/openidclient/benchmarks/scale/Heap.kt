package dev.openidclient.benchmarks.scale

import java.lang.management.ManagementFactory

/** What this JVM holds once everything that can be collected is gone. */
internal object Heap {
    private const val COLLECTIONS = 3
    private const val PAUSE_MILLIS = 50L

    /** Bytes in the young and the old generation after full collections: the least that was seen. */
    fun held(): Long =
        (1..COLLECTIONS).minOf {
            System.gc()
            // cleaners and references that the collection has freed
            Thread.sleep(PAUSE_MILLIS)
            ManagementFactory.getMemoryMXBean().heapMemoryUsage.used
        }
}
