package dev.openidclient.fuzz

import com.sun.management.ThreadMXBean
import java.lang.management.ManagementFactory

internal class OverBudget(
    message: String,
) : AssertionError(message)

/**
 * What one input may cost the thread that reads it: a second of its CPU, and 64 MiB, garbage included, or 320 bytes for
 * each byte.
 */
internal class Budget {
    private val startedAt = threads.currentThreadCpuTime
    private val allocatedBefore = allocated()

    fun requireKept(
        name: String,
        size: Int,
    ) {
        val milliseconds = (threads.currentThreadCpuTime - startedAt) / NANOS
        val bytes = allocated() - allocatedBefore
        if (milliseconds > MILLISECONDS) throw OverBudget("$name: $milliseconds ms for $size bytes")
        if (bytes > maxOf(BYTES, size.toLong() * BYTES_PER_BYTE)) {
            throw OverBudget("$name: $bytes bytes allocated for $size bytes")
        }
    }

    private fun allocated(): Long = threads.getThreadAllocatedBytes(Thread.currentThread().id)

    private companion object {
        val threads = ManagementFactory.getThreadMXBean() as ThreadMXBean
        const val NANOS = 1_000_000
        const val MILLISECONDS = 1000
        const val BYTES = 64L shl 20
        const val BYTES_PER_BYTE = 320
    }
}
