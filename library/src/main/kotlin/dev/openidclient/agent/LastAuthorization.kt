package dev.openidclient.agent

import dev.openidclient.authorization.AskedAuthentication
import dev.openidclient.client.SourceTime
import dev.openidclient.resource.AccessChallenge

/** What the last authorization has brought: what was agreed to a moment ago is not asked for again. */
internal class LastAuthorization(
    private val time: SourceTime,
) {
    private class Granted(
        val accessToken: String,
        /** By [SourceTime.monotonicMillis]. */
        val at: Long,
        /** What the sign-in had to be; null: there was none. */
        val asked: AskedAuthentication?,
    )

    private class Followed(
        val before: Granted?,
        /** By [SourceTime.monotonicMillis]. */
        val at: Long,
    )

    @Volatile
    private var granted: Granted? = null

    @Volatile
    private var followed: Followed? = null

    fun brought(
        accessToken: String,
        asked: AskedAuthentication?,
    ) {
        granted = Granted(accessToken, time.monotonicMillis, asked)
    }

    fun hasBrought(accessToken: String): Boolean = accessToken == granted?.accessToken

    /** Whether it ended a moment ago. */
    fun isRecent(): Boolean = granted?.let { time.monotonicMillis - it.at < A_MOMENT_MILLIS } == true

    /** Whether it was the sign-in that [challenge] wants. */
    fun isFor(challenge: AccessChallenge.StepUp): Boolean =
        granted?.asked?.let { it.isStepUp && it.acrValues == challenge.acrValues && it.maxAge == challenge.maxAge } ==
            true

    /** Whether another one may follow it at once: one may in a minute, whichever requests need that. */
    fun mayBeFollowed(): Boolean =
        followed?.let { it.before === granted || time.monotonicMillis - it.at >= A_MOMENT_MILLIS } != false

    /** Another one is to follow it. */
    fun noteFollowed() {
        followed = Followed(granted, time.monotonicMillis)
    }

    fun forget() {
        granted = null
        followed = null
    }

    private companion object {
        const val A_MOMENT_MILLIS = 60_000L
    }
}
