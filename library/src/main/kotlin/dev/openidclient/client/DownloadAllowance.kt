package dev.openidclient.client

/**
 * How many downloads of keys a server is asked for: [MOST] at once, then one in [SECONDS] seconds. Whoever sends tokens
 * with made-up keys cannot make this client ask more often, and who sends one with a new key need not wait.
 *
 * To be used with a lock. Times are seconds since the epoch.
 */
internal class DownloadAllowance {
    private var left = MOST

    /** From when the next one grows. */
    private var since = 0L

    /** Takes one, if there is one. */
    fun take(now: Long): Boolean {
        grow(now)
        if (left == 0) return false
        left--
        return true
    }

    /** The seconds until there is one. */
    fun wait(now: Long): Long {
        grow(now)
        return if (left > 0) 0 else since + SECONDS - now
    }

    private fun grow(now: Long) {
        // the clock may be set back
        if (now < since) since = now
        val grown = minOf((now - since) / SECONDS, (MOST - left).toLong())
        left += grown.toInt()
        since = if (left == MOST) now else since + grown * SECONDS
    }

    private companion object {
        const val MOST = 3
        const val SECONDS = 30L
    }
}
