package dev.openidclient.client

import java.time.Clock
import java.time.Duration
import java.util.concurrent.ThreadLocalRandom

/** Nanoseconds that only ever go forward, as [System.nanoTime]; a function type would box them. */
internal fun interface NanoTime {
    fun read(): Long

    companion object {
        private const val NANOS_PER_MILLI = 1_000_000L

        /** The system's for a system clock; a clock of the program's own, as a test's, says all that there is of time. */
        fun of(clock: Clock): NanoTime =
            if (clock == Clock.system(clock.zone)) {
                NanoTime(System::nanoTime)
            } else {
                NanoTime { clock.millis() * NANOS_PER_MILLI }
            }
    }
}

/** The time and the chance of a source: of tokens, or of clients. */
internal class SourceTime(
    val clock: Clock,
    private val nanoTime: NanoTime = NanoTime.of(clock),
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

    companion object {
        private const val NANOS_PER_MILLI = 1_000_000L
        private const val FIFTH = 5

        /** A time beyond it is as good as it, and cannot overflow. */
        val LONGEST: Duration = Duration.ofDays(36_500)

        /** In milliseconds, 100 years at the most. */
        fun millis(duration: Duration): Long = minOf(duration, LONGEST).toMillis()
    }
}
