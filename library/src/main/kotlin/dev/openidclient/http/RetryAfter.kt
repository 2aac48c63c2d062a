package dev.openidclient.http

import java.time.DateTimeException
import java.time.Duration
import java.time.Instant
import java.time.LocalDate
import java.time.LocalDateTime
import java.time.ZoneOffset
import java.time.ZonedDateTime
import java.time.format.DateTimeFormatter

/**
 * `Retry-After`: how long a server wants to be left alone, in whole seconds, rounded up, a day at the most ([RFC 9110
 * §10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)).
 */
internal object RetryAfter {
    private const val LONGEST = 86_400L
    private const val ROUND_UP_MILLIS = 999L

    /** How long to wait from [now] on; null where [value] is neither seconds nor a date. */
    fun parse(
        value: String,
        now: Instant,
    ): Duration? {
        val text = value.trim()
        if (SECONDS.matches(text)) return Duration.ofSeconds(seconds(text))
        val wait = date(text, now)?.let { Duration.between(now, it).plusMillis(ROUND_UP_MILLIS) }
        return wait?.let { Duration.ofSeconds(it.seconds.coerceIn(0, LONGEST)) }
    }

    /** More digits than a number holds are as long as can be. */
    private fun seconds(digits: String): Long = (digits.toLongOrNull() ?: LONGEST).coerceIn(0, LONGEST)

    /** A date in one of the three forms of RFC 9110 §5.6.7, of which only the first is still to be sent. */
    private fun date(
        text: String,
        now: Instant,
    ): Instant? =
        try {
            RFC_850.matchEntire(text)?.let { instant(it) { year -> fullYear(year, now) } }
                ?: ASCTIME.matchEntire(text)?.let { instant(it) { year -> year } }
                ?: ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant()
        } catch (_: DateTimeException) {
            null
        }

    /** RFC 9110 §5.6.7: a year of two digits that looks more than 50 years ahead is the latest past one with these. */
    private fun fullYear(
        twoDigits: Int,
        now: Instant,
    ): Int {
        val latest = LocalDate.from(now.atOffset(ZoneOffset.UTC)).year + MOST_YEARS_AHEAD
        return latest - Math.floorMod(latest - twoDigits, CENTURY)
    }

    private fun instant(
        date: MatchResult,
        fullYear: (Int) -> Int,
    ): Instant {
        fun part(name: String): String = checkNotNull(date.groups[name]).value.trim()
        val month = MONTHS.indexOf(part("month")) + 1
        val (hour, minute, second) = part("time").split(':').map(String::toInt)
        return LocalDateTime
            .of(fullYear(part("year").toInt()), month, part("day").toInt(), hour, minute, second)
            .toInstant(ZoneOffset.UTC)
    }

    private const val MOST_YEARS_AHEAD = 50
    private const val CENTURY = 100

    private val MONTHS =
        listOf("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

    private val SECONDS = Regex("[+-]?[0-9]+")

    private const val MONTH = "(?<month>[A-Za-z]{3})"
    private const val TIME = "(?<time>[0-9]{2}:[0-9]{2}:[0-9]{2})"
    private val RFC_850 = Regex("[A-Za-z]+, (?<day>[0-9]{2})-$MONTH-(?<year>[0-9]{2}) $TIME GMT")
    private val ASCTIME = Regex("[A-Za-z]{3} $MONTH (?<day>[0-9 ][0-9]) $TIME (?<year>[0-9]{4})")
}
