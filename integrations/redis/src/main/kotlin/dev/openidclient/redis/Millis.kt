package dev.openidclient.redis

import java.time.Duration

private val LONGEST: Duration = Duration.ofDays(36_500)
private const val NANOS_OF_MILLI = 1_000_000

/** [duration] in milliseconds, of which a part of one counts as a whole; 100 years at the most. */
internal fun millis(duration: Duration): Long {
    val bounded = minOf(duration, LONGEST)
    return bounded.plusNanos(NANOS_OF_MILLI - 1L).toMillis()
}

internal fun requirePositive(
    name: String,
    value: Duration,
) = require(!value.isNegative && !value.isZero) { "$name must be positive, but is $value" }
