package dev.openidclient.jdbc

import java.time.Duration
import java.util.concurrent.TimeUnit

private val LONGEST: Duration = Duration.ofDays(36_500)
private const val NANOS_OF_MICRO = 1_000

/** [duration] in microseconds, of which an end of one counts as a whole; 100 years at the most. */
internal fun micros(duration: Duration): Long {
    val bounded = minOf(duration, LONGEST)
    val ofNanos = (bounded.nano + NANOS_OF_MICRO - 1) / NANOS_OF_MICRO
    return TimeUnit.SECONDS.toMicros(bounded.seconds) + ofNanos
}

internal fun requirePositive(
    name: String,
    value: Duration,
) = require(!value.isNegative && !value.isZero) { "$name must be positive, but is $value" }
