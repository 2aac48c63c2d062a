package dev.openidclient.client

import java.time.Clock
import java.time.Duration
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

    /** [clock], moved by the skew: for what compares instants of the protocol by itself. */
    val protocolClock: Clock get() = Clock.offset(clock, Duration.ofSeconds(skew))
}
