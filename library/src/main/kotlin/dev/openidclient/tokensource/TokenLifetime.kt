package dev.openidclient.tokensource

import dev.openidclient.client.SourceTime
import dev.openidclient.token.TokenResponse
import java.time.Duration
import java.time.Instant

/** From which part of its life on a token is renewed, and from which on it is not used any more. */
internal class LifetimeRule(
    private val expiryMargin: Duration,
    private val refreshWindow: Duration,
    private val whenUnknown: Duration,
) {
    /** [notAfter]: the token is not used from then on, whatever it says. */
    fun hold(
        tokens: TokenResponse,
        time: SourceTime,
        isRenewable: Boolean = true,
        notAfter: Instant? = null,
    ): HeldTokens {
        val lifetime = SourceTime.millis(tokens.expiresIn ?: whenUnknown)
        val margin = minOf(SourceTime.millis(expiryMargin), lifetime / MARGIN_PART)
        val window = minOf(SourceTime.millis(refreshWindow), lifetime / WINDOW_PART)
        val stale = lifetime - window - time.jitter(window / JITTER_PART)
        val now = time.wallMillis
        // another instance's clock may be ahead of this one's
        val receivedAt = minOf(millisOf(tokens.receivedAt), now)
        val end = notAfter?.let { (millisOf(it) - receivedAt).coerceAtLeast(0) } ?: Long.MAX_VALUE
        return HeldTokens(
            tokens,
            Ages(minOf(stale, end), minOf(lifetime - margin, end), minOf(lifetime, end)),
            isRenewable,
            Age(receivedAt, now - receivedAt, time.monotonicMillis),
        )
    }

    companion object {
        private const val MARGIN_PART = 10
        private const val WINDOW_PART = 4
        private const val JITTER_PART = 5

        private fun millisOf(instant: Instant): Long =
            when {
                instant <= EARLIEST -> EARLIEST.toEpochMilli()
                instant >= LATEST -> LATEST.toEpochMilli()
                else -> instant.toEpochMilli()
            }

        private val EARLIEST: Instant = Instant.ofEpochSecond(-SourceTime.LONGEST.seconds)
        private val LATEST: Instant = Instant.ofEpochSecond(10 * SourceTime.LONGEST.seconds)
    }
}

/** How old tokens are when they pass from one state into the next, in milliseconds. */
internal class Ages(
    val stale: Long,
    val unusable: Long,
    val dead: Long,
)

/** How old tokens are: the larger of what the wall clock and what the monotonic clock say. */
internal class Age(
    /** By the wall clock, in milliseconds since 1970. */
    val receivedAt: Long,
    private val atFirst: Long,
    private val monotonicAtFirst: Long,
) {
    fun millis(
        time: SourceTime,
        monotonicMillis: Long,
    ): Long = maxOf(time.wallMillis - receivedAt, atFirst + (monotonicMillis - monotonicAtFirst))
}

internal enum class Freshness { FRESH, STALE, LAST_RESORT, EXPIRED }

/** Tokens of which this process knows how old they are. */
internal class HeldTokens(
    val tokens: TokenResponse,
    private val ages: Ages,
    /** Whether it makes sense to renew them before they are unusable. */
    val isRenewable: Boolean,
    private val age: Age,
) {
    /** The time from the beginning of their life to its end. */
    val lifetimeMillis: Long get() = ages.dead

    /** By the wall clock. */
    val endsAt: Instant get() = Instant.ofEpochMilli(age.receivedAt + ages.dead)

    fun freshness(time: SourceTime): Freshness = freshness(time, time.monotonicNanos)

    /** [monotonicNanos]: the time by [time], which costs as much to read as all the rest. */
    fun freshness(
        time: SourceTime,
        monotonicNanos: Long,
    ): Freshness {
        val age = age.millis(time, time.millisOf(monotonicNanos))
        return when {
            age < ages.stale -> Freshness.FRESH
            age < ages.unusable -> Freshness.STALE
            age < ages.dead -> Freshness.LAST_RESORT
            else -> Freshness.EXPIRED
        }
    }

    fun millisUntilStale(time: SourceTime): Long = millisUntil(ages.stale, time)

    fun millisUntilUnusable(time: SourceTime): Long = millisUntil(ages.unusable, time)

    private fun millisUntil(
        end: Long,
        time: SourceTime,
    ): Long = (end - age.millis(time, time.monotonicMillis)).coerceAtLeast(0)
}
