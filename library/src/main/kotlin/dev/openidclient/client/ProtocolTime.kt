package dev.openidclient.client

import java.time.Clock
import java.time.Instant

/**
 * The time as the protocol sees it: whole seconds of [clock], moved by [skew] seconds, compared with [tolerance]
 * seconds.
 */
internal class ProtocolTime(
    val clock: Clock,
    private val skew: Long,
    val tolerance: Long,
) {
    /** Seconds since the epoch. */
    val now: Long get() = Math.addExact(clock.instant().epochSecond, skew)

    val instant: Instant get() = Instant.ofEpochSecond(now)

    /** [instant] of the protocol as [clock] has it: for what knows no skew. */
    fun byClock(instant: Instant): Instant = instant.minusSeconds(skew)
}
