package dev.openidclient.client

import java.time.Duration

/** How long to wait after the first failure, doubling with each further one up to the longest. */
internal class BackOff(
    val first: Duration,
    val longest: Duration,
) {
    /** In milliseconds, more or less by a fifth. */
    fun after(
        failures: Int,
        time: SourceTime,
    ): Long {
        val doublings = (failures - 1).coerceIn(0, MOST_DOUBLINGS)
        // a shift, for it cannot overflow: a wait is no longer than SourceTime's longest time
        val most = SourceTime.millis(longest)
        val start = maxOf(minOf(SourceTime.millis(first), most), 1)
        return time.around(if (start > most shr doublings) most else start shl doublings)
    }

    private companion object {
        const val MOST_DOUBLINGS = 30
    }
}
