package dev.openidclient.integration

import java.time.Clock
import java.time.Duration
import java.time.Instant
import java.time.ZoneId
import java.time.ZoneOffset
import java.util.concurrent.atomic.AtomicReference

/** The system's clock, which a test puts forward instead of waiting. */
class MovableClock : Clock() {
    private val ahead = AtomicReference(Duration.ZERO)

    fun advance(duration: Duration) {
        ahead.updateAndGet { it + duration }
    }

    override fun instant(): Instant = Instant.now() + ahead.get()

    override fun getZone(): ZoneId = ZoneOffset.UTC

    override fun withZone(zone: ZoneId): Clock = offset(system(zone), ahead.get())
}
