package dev.openidclient.samples.kotlinweb

import dev.openidclient.token.TokenResponse
import kotlinx.coroutines.sync.Mutex
import java.time.Instant

/** What the application remembers of one browser. Tokens stay in here: no page, cookie or log shows them. */
class Session(
    /** Stands in the forms of this session's pages, and nowhere else. */
    val formToken: String,
    /** The tokens of the person who is signed in; null before the sign-in. */
    @Volatile var tokens: TokenResponse?,
    @Volatile var usedAt: Instant,
) {
    /** How often the tokens were refreshed. */
    @Volatile var refreshes: Int = 0

    /** Held while the tokens are refreshed. */
    val refreshing = Mutex()

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
