package dev.openidclient.tokensource

import java.time.Clock
import java.util.concurrent.ThreadLocalRandom

/** Nanoseconds that only ever go forward, as [System.nanoTime]; a function type would box them. */
internal fun interface NanoTime {
    fun read(): Long
}

/** The time and the chance of a token source. */
internal class SourceTime(
    val clock: Clock,
    private val nanoTime: NanoTime = NanoTime(System::nanoTime),
    private val random: () -> Double = { ThreadLocalRandom.current().nextDouble() },
) {
    val wallMillis: Long get() = clock.millis()

    val monotonicNanos: Long get() = nanoTime.read()

    /** Milliseconds of no particular beginning, which nobody can set back. */
    val monotonicMillis: Long get() = millisOf(monotonicNanos)

    fun millisOf(nanos: Long): Long = nanos / NANOS_PER_MILLI

    /** Evenly from zero to [width], which is not reached. */
    fun jitter(width: Long): Long = (random() * width).toLong()

    /** [millis], more or less by a fifth at the most. */
    fun around(millis: Long): Long = millis - millis / FIFTH + jitter(2 * (millis / FIFTH))

    private companion object {
        const val NANOS_PER_MILLI = 1_000_000L
        const val FIFTH = 5
    }
}
