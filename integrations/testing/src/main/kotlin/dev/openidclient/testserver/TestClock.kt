package dev.openidclient.testserver

import java.time.Clock
import java.time.Duration
import java.time.Instant
import java.time.ZoneId
import java.time.ZoneOffset
import java.util.concurrent.atomic.AtomicReference
import java.util.function.LongSupplier

/**
 * A clock that stands until it is moved, or follows the virtual time of a test. Give the same one to the server and to
 * its clients. UTC.
 */
public class TestClock private constructor(
    start: Instant,
    private val elapsed: LongSupplier,
) : Clock() {
    private val base = AtomicReference(start)

    /** A clock that stands at [start]. Default: 2026-01-01T00:00:00Z. */
    @JvmOverloads
    public constructor(start: Instant = START) : this(start, LongSupplier { 0 })

    override fun instant(): Instant = base.get().plusMillis(elapsed.asLong)

    /** Moves it by [duration]; a negative one sets it back. Returns this clock. */
    public fun advance(duration: Duration): TestClock = apply { base.updateAndGet { it.plus(duration) } }

    override fun getZone(): ZoneId = ZoneOffset.UTC

    /** This clock: it knows no other zone. */
    override fun withZone(zone: ZoneId): Clock = this

    override fun toString(): String = "TestClock(${instant()})"

    public companion object {
        private val START = Instant.parse("2026-01-01T00:00:00Z")

        /**
         * A clock whose time goes on as [milliseconds] does: in `runTest` of kotlinx-coroutines-test
         * `TestClock.following { testScheduler.currentTime }`.
         */
        @JvmStatic
        public fun following(milliseconds: LongSupplier): TestClock = TestClock(START, milliseconds)
    }
}
