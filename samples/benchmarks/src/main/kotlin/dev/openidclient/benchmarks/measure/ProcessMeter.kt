package dev.openidclient.benchmarks.measure

import java.lang.management.ManagementFactory

/** What this process has used so far: all its threads, the compiler's and the collector's too. */
class Usage(
    val cpuNanoseconds: Long,
    val allocatedBytes: Long,
) {
    operator fun minus(earlier: Usage): Usage =
        Usage(cpuNanoseconds - earlier.cpuNanoseconds, allocatedBytes - earlier.allocatedBytes)
}

/**
 * Reads CPU time and allocated bytes of this process. JDK 21 counts the bytes of threads that have ended, too; before
 * that they count as they were when last read.
 */
class ProcessMeter {
    private val system = ManagementFactory.getOperatingSystemMXBean() as com.sun.management.OperatingSystemMXBean
    private val threads = ManagementFactory.getThreadMXBean() as com.sun.management.ThreadMXBean
    private val total =
        com.sun.management.ThreadMXBean::class.java.methods
            .find { it.name == "getTotalThreadAllocatedBytes" }
    private val byThread = HashMap<Long, Long>()

    fun usage(): Usage = Usage(system.processCpuTime, allocatedBytes())

    private fun allocatedBytes(): Long {
        if (total != null) return total.invoke(threads) as Long
        val ids = threads.allThreadIds
        threads.getThreadAllocatedBytes(ids).forEachIndexed { index, bytes ->
            if (bytes >= 0) byThread[ids[index]] = bytes
        }
        return byThread.values.sum()
    }
}

/** [operations] done in [nanoseconds] at the cost of [used], as a round. */
fun roundOf(
    operations: Long,
    nanoseconds: Long,
    used: Usage,
    extra: Map<String, Double> = emptyMap(),
): Round =
    Round(
        operations * NANOSECONDS_PER_SECOND / nanoseconds,
        used.cpuNanoseconds / NANOSECONDS_PER_MICROSECOND / operations,
        used.allocatedBytes.toDouble() / operations,
        extra,
    )

private const val NANOSECONDS_PER_SECOND = 1e9
private const val NANOSECONDS_PER_MICROSECOND = 1e3
