package dev.openidclient.tokensource

import dev.openidclient.error.OAuthException
import dev.openidclient.token.LogoutToken
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicBoolean

/**
 * Logouts of the server. One that the store was in the way of is ended when the store is back: the server's post counts
 * as seen by then, so nobody tells of it again.
 */
internal class UserLogouts(
    private val engine: SourceEngine,
    private val endAll: suspend (LogoutToken) -> Int,
) {
    private val waiting = ConcurrentHashMap<String, LogoutToken>()
    private val isGoingOn = AtomicBoolean()

    suspend fun end(token: LogoutToken): Int {
        var isEnded = false
        try {
            return endAll(token).also { isEnded = true }
        } finally {
            // also where the server has hung up: what it has said counts as seen
            if (isEnded) waiting.remove(token.jwtId) else endWithout(token)
        }
    }

    private fun endWithout(token: LogoutToken) {
        if (waiting.size < MOST_WAITING) waiting[token.jwtId] = token
        goOn()
    }

    private fun goOn() {
        if (!isGoingOn.compareAndSet(false, true)) return
        engine.run(afterwards = {}) {
            try {
                endLater()
            } finally {
                isGoingOn.set(false)
            }
            // what came while this one ended
            if (waiting.isNotEmpty() && !engine.isClosed) goOn()
        }
    }

    /** Until all are ended; where the source is closed, once more. */
    private suspend fun endLater() {
        var failures = 0
        while (waiting.isNotEmpty()) {
            val isLast = !engine.pause(engine.rules.backOffs.outage.after(++failures, engine.time))
            if (endSome()) failures = 0
            if (isLast) return
        }
    }

    /** Whether any is ended; where the store is out of reach, not all are tried. Of each round others come first. */
    private suspend fun endSome(): Boolean {
        var ended = 0
        var failed = 0
        for (token in waiting.values.shuffled()) {
            if (isEnded(token)) ended++ else failed++
            if (ended == 0 && failed == MOST_FAILURES) return false
        }
        return ended > 0
    }

    private suspend fun isEnded(token: LogoutToken): Boolean =
        try {
            endAll(token)
            waiting.remove(token.jwtId)
            true
        } catch (e: OAuthException) {
            SourceLog.late(engine, "the sessions of a logout token could not be ended yet", e)
            false
        }

    private companion object {
        /** Of an outage; more are heard of by the one who posts them alone. */
        const val MOST_WAITING = 10_000

        /** Before anything has succeeded. */
        const val MOST_FAILURES = 3
    }
}
