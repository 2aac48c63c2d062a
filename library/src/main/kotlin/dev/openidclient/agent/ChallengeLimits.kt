package dev.openidclient.agent

import dev.openidclient.client.SourceTime
import dev.openidclient.resource.AccessChallenge
import dev.openidclient.resource.ChallengedRequest
import java.util.concurrent.ConcurrentHashMap

/**
 * How often one request may ask for something: a resource that is never content must not make a person agree again and
 * again. What was granted and refused all the same is not asked for again, by whichever request of the same kind, for a
 * minute.
 */
internal class ChallengeLimits(
    private val time: SourceTime,
) {
    /** Until when, by [SourceTime.monotonicMillis]. */
    private val vain = ConcurrentHashMap<String, Long>()

    /** Whether [request] has its answers to challenges like this one before it. */
    fun isExhausted(request: ChallengedRequest): Boolean =
        when (request.challenge) {
            is AccessChallenge.TokenRequired -> count<AccessChallenge.TokenRequired>(request) >= 1
            is AccessChallenge.TokenRefused -> count<AccessChallenge.TokenRefused>(request) >= MOST_REFUSALS
            is AccessChallenge.StepUp -> count<AccessChallenge.StepUp>(request) >= 1
            is AccessChallenge.MoreScopes -> count<AccessChallenge.MoreScopes>(request) >= MOST_FOR_SCOPES
        }

    /** Whether an authorization for [what] was of no use to a request like [request] a moment ago. */
    fun isVain(
        request: ChallengedRequest,
        what: String,
    ): Boolean {
        val key = keyOf(request, what)
        val until = vain[key] ?: return false
        if (time.monotonicMillis < until) return true
        vain.remove(key, until)
        return false
    }

    /** An authorization for [what] was of no use to [request]. */
    fun noteVain(
        request: ChallengedRequest,
        what: String,
    ) {
        val now = time.monotonicMillis
        if (vain.size >= MOST_REMEMBERED) vain.values.removeIf { it <= now }
        if (vain.size < MOST_REMEMBERED) vain[keyOf(request, what)] = now + REMEMBERED_MILLIS
    }

    fun forget() = vain.clear()

    private fun keyOf(
        request: ChallengedRequest,
        what: String,
    ): String = "${request.method} ${request.url.substringBefore('?').substringBefore('#')} $what"

    private inline fun <reified T : AccessChallenge> count(request: ChallengedRequest): Int =
        request.earlier.count { it is T }

    private companion object {
        /** One refresh, and one authorization. */
        const val MOST_REFUSALS = 2
        const val MOST_FOR_SCOPES = 2
        const val REMEMBERED_MILLIS = 60_000L

        /** A program that calls many URLs must not fill the memory. */
        const val MOST_REMEMBERED = 1_000
    }
}
