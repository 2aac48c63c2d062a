package dev.openidclient.tokensource

import dev.openidclient.error.TokenSourceException
import dev.openidclient.event.TokenEvent
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.StoredEntry
import dev.openidclient.tokenstore.TokenStore
import java.time.Duration
import java.time.Instant

/** The token store of [UserTokens]. */
internal class UserShelf(
    clientEngine: ClientEngine,
    val settings: UserTokensSettings,
    store: TokenStore,
    /** Where the index of [store] is. */
    private val marks: TokenStore = store,
) : TokenShelf(clientEngine, settings, store) {
    init {
        (store as? InMemoryTokenStore)?.evicted = {
            SourceLog.evicted(engine)
            engine.tell(TokenEvent::Evicted)
        }
    }

    /** The id in the store: no session id is to be seen there. */
    fun idOf(sessionId: String): String = idOf("user", sessionId)

    /** The id in the store of what the index has of [parts]. */
    fun markIdOf(vararg parts: String): String = idOf("index", *parts)

    suspend fun loadMark(id: String): StoredEntry? = guarded("read") { marks.load(id) }

    suspend fun putMark(
        id: String,
        value: String,
    ) = guarded("written") { marks.put(id, value, MARK_LIFETIME) }

    /** An empty [value] removes it. */
    suspend fun commitMark(
        id: String,
        version: Long,
        value: String,
    ): Boolean {
        val lifetime = if (value.isEmpty()) Duration.ZERO else MARK_LIFETIME
        return guarded("written") { marks.commit(id, version, value, lifetime) }
    }

    /** Throws [IllegalArgumentException] where the tokens are too long to be kept. */
    suspend fun put(
        id: String,
        entry: TokenEntry,
    ) = put(id, entry.encode(), lifetimeOf(entry))

    suspend fun commit(
        id: String,
        version: Long,
        entry: TokenEntry,
        isWanted: () -> Boolean = { true },
    ): Boolean = commit(id, version, entry, lifetimeOf(entry), isWanted)

    /** Removes the entry if it still has [version]; false where it has not. */
    suspend fun removeIfUnchanged(
        id: String,
        version: Long,
        entry: TokenEntry,
    ): Boolean = commit(id, version, entry, Duration.ZERO)

    private fun lifetimeOf(entry: TokenEntry): Duration {
        val end = entry.tokens.kept.refreshTokenExpiresAt ?: return settings.sessionLifetime
        // the access token may live on for a while
        val last = maxOf(end, entry.tokens.expiresAt ?: end)
        return maxOf(between(engine.time.clock.instant(), last), A_MOMENT)
    }

    /** A store that says again and again that an entry has changed. */
    fun neverWritten(): TokenSourceException =
        sealing.failed("written", IllegalStateException("it changes again and again"))

    private companion object {
        /** As long as browsers keep a cookie at the most: a renewal of tokens does not write the index. */
        val MARK_LIFETIME: Duration = Duration.ofDays(400)
        val A_MOMENT: Duration = Duration.ofMillis(1)
        val LONGEST: Duration = Duration.ofDays(36_500)

        fun between(
            now: Instant,
            end: Instant,
        ): Duration = if (end >= now.plus(LONGEST)) LONGEST else Duration.between(now, end)
    }
}
