package dev.openidclient.samples.kotlinweb

import dev.openidclient.token.TokenResponse
import kotlinx.coroutines.sync.Mutex
import java.time.Instant
import java.util.concurrent.atomic.AtomicReference

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

    private val pending = AtomicReference<String>()

    /** Remembers the sign-in that was just begun, in place of an earlier one. */
    fun putPending(encoded: String): Unit = pending.set(encoded)

    /** Gives away the sign-in that was begun: to the first who asks, and to nobody after that. */
    fun takePending(): String? = pending.getAndSet(null)
}
