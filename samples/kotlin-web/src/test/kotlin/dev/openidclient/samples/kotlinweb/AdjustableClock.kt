package dev.openidclient.samples.kotlinweb

import java.time.Clock
import java.time.Duration
import java.time.Instant
import java.time.ZoneId
import java.time.ZoneOffset

/** The system's clock, put forward by [ahead]. */
class AdjustableClock : Clock() {
    @Volatile var ahead: Duration = Duration.ZERO

    override fun instant(): Instant = systemUTC().instant() + ahead

    override fun getZone(): ZoneId = ZoneOffset.UTC

    override fun withZone(zone: ZoneId): Clock = this
}
