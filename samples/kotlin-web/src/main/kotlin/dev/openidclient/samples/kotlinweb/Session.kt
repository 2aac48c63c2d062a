package dev.openidclient.samples.kotlinweb

import dev.openidclient.token.TokenResponse
import java.time.Instant

/** What the application remembers of one browser; the tokens are in [Sessions.tokens], under [id]. */
class Session(
    /** Stands in the cookie. */
    val id: String,
    /** Stands in the forms of this session's pages, and nowhere else. */
    val formToken: String,
    val isSignedIn: Boolean,
    @Volatile var usedAt: Instant,
) {
    /** How often the tokens were refreshed, as far as a page has shown them. */
    @Volatile var refreshes: Int = -1
        private set

    @Volatile private var shown: String? = null

    /** A page shows [tokens]. */
    fun show(tokens: TokenResponse) {
        if (tokens.accessToken != shown) refreshes++
        shown = tokens.accessToken
    }

    private val pending = LinkedHashMap<String, String>()

    /** Remembers the sign-in that was just begun, beside those in other tabs; of too many the oldest goes. */
    fun putPending(
        state: String,
        encoded: String,
    ): Unit =
        synchronized(pending) {
            pending[state] = encoded
            if (pending.size > MOST_PENDING) pending.remove(pending.keys.first())
        }

    /** Gives away the sign-in that was begun with [state]: to the first who asks, and to nobody after that. */
    fun takePending(state: String): String? = synchronized(pending) { pending.remove(state) }

    /** Takes over what was begun in the tabs of [earlier]. */
    fun takePendingOf(earlier: Session) {
        val begun = synchronized(earlier.pending) { earlier.pending.toMap().also { earlier.pending.clear() } }
        begun.forEach(::putPending)
    }

    private companion object {
        const val MOST_PENDING = 10
    }
}
