package dev.openidclient.tokensource

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TokenSourceException
import dev.openidclient.event.TokenEvent
import dev.openidclient.token.TokenResponse
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.Lease
import dev.openidclient.tokenstore.SealedStore
import dev.openidclient.tokenstore.StoredEntry
import dev.openidclient.tokenstore.TokenStore
import java.time.Duration
import java.time.Instant
import java.util.UUID
import java.util.concurrent.atomic.AtomicLong

/** An entry as it was read, with its version. */
internal class VersionedEntry(
    val version: Long,
    val entry: UserEntry,
)

/** The token store of [UserTokens], as entries; whatever the store throws is a [TokenSourceException]. */
internal class UserShelf(
    val clientEngine: ClientEngine,
    val settings: UserTokensSettings,
    private val store: TokenStore,
    /** Where the index of [store] is. */
    private val marks: TokenStore = store,
) {
    val engine: SourceEngine = clientEngine.engine

    private val process: String = UUID.randomUUID().toString()
    private val sealing =
        SealedStore(
            settings.shared?.cipher,
            settings.shared?.let { settings.storeTimeout },
            engine::shown,
        ) { engine.tell(TokenEvent::StoreFailed) }
    private val owners = AtomicLong()

    fun nextNumber(): Long = owners.incrementAndGet()

    /** An owner of leases, of which there is no other one. */
    fun ownerOf(number: Long): String = "$process-$number"

    init {
        (store as? InMemoryTokenStore)?.evicted = {
            SourceLog.evicted(engine)
            engine.tell(TokenEvent::Evicted)
        }
    }

    /** The id in the store: no session id is to be seen there. */
    fun idOf(sessionId: String): String = digestOf(settings.namespace, "user", sessionId)

    /** The id in the store of what the index has of [parts]. */
    fun markIdOf(vararg parts: String): String = digestOf(settings.namespace, "index", *parts)

    suspend fun loadMark(id: String): StoredEntry? = guarded("read") { marks.load(id) }

    suspend fun putMark(
        id: String,
        value: String,
    ) = guarded("written") { marks.put(id, value, MARK_LIFETIME) }

    suspend fun removeMark(id: String) = guarded("removed") { marks.remove(id) }

    /** An empty [value] removes it. */
    suspend fun commitMark(
        id: String,
        version: Long,
        value: String,
    ): Boolean {
        val lifetime = if (value.isEmpty()) Duration.ZERO else MARK_LIFETIME
        return guarded("written") { marks.commit(id, version, value, lifetime) }
    }

    fun thumbprintOf(
        tokens: TokenResponse,
        client: OpenIdClient,
    ): String? = if (tokens.isSenderConstrained) client.dpop?.thumbprint() else null

    suspend fun load(id: String): VersionedEntry? {
        val stored = guarded("read") { store.load(id) } ?: return null
        return VersionedEntry(stored.version, read(id, stored.value))
    }

    /** Throws [TokenSourceException] where the entry is not for this client. */
    private suspend fun read(
        id: String,
        value: String,
    ): UserEntry {
        val entry =
            try {
                UserEntry.decode(sealing.opened(id, value))
            } catch (e: IllegalArgumentException) {
                throw unreadable("an entry cannot be read: ${e.message}", e)
            }
        val client = clientEngine.client()
        val tokens = entry.tokens
        if (tokens.issuer != client.server.issuer || tokens.clientId != client.clientId) {
            throw unreadable("an entry is of another client or another server")
        }
        if (entry.thumbprint != null && entry.thumbprint != client.dpop?.thumbprint()) {
            throw unreadable(
                "the tokens of an entry are bound to another DPoP key than this client's: give all instances the " +
                    "same key, and keep it over a restart",
            )
        }
        return entry
    }

    suspend fun put(
        id: String,
        entry: UserEntry,
    ) {
        val encoded = sealed(id, entry.encode())
        guarded("written") { store.put(id, encoded, lifetimeOf(entry)) }
    }

    suspend fun lease(
        id: String,
        version: Long,
        owner: String,
    ): Lease = guarded("leased") { store.lease(id, version, owner, LEASE) }

    suspend fun renew(
        id: String,
        version: Long,
        owner: String,
    ): Boolean = guarded("leased") { store.renew(id, version, owner, LEASE) }

    suspend fun commit(
        id: String,
        version: Long,
        entry: UserEntry,
    ): Boolean {
        val encoded = sealed(id, encoded(entry))
        return guarded("written") { store.commit(id, version, encoded, lifetimeOf(entry)) }
    }

    /** What a server issues is no mistake of whoever asks for a token. */
    private fun encoded(entry: UserEntry): String =
        try {
            entry.encode()
        } catch (e: IllegalArgumentException) {
            val advice = "they are served from memory alone; let the server put fewer claims into them"
            throw TokenSourceException(ErrorCode.TOKEN_STORE_FAILED, "${engine.shown}: ${e.message}: $advice", e)
        }

    suspend fun release(
        id: String,
        version: Long,
        owner: String,
    ) = guarded("released") { store.release(id, version, owner) }

    suspend fun remove(id: String) = guarded("removed") { store.remove(id) }

    suspend fun take(id: String): UserEntry? = guarded("removed") { store.take(id) }?.let { read(id, it) }

    /** Removes the entry if it still has [version]; false where it has not. */
    suspend fun removeIfUnchanged(
        id: String,
        version: Long,
        entry: UserEntry,
    ): Boolean {
        val encoded = sealed(id, encoded(entry))
        return guarded("removed") { store.commit(id, version, encoded, Duration.ZERO) }
    }

    private suspend fun sealed(
        id: String,
        plaintext: String,
    ): String = sealing.sealed(id, plaintext)

    private fun lifetimeOf(entry: UserEntry): Duration {
        val end = entry.tokens.kept.refreshTokenExpiresAt ?: return settings.sessionLifetime
        // the access token may live on for a while
        val last = maxOf(end, entry.tokens.expiresAt ?: end)
        return maxOf(between(engine.time.clock.instant(), last), A_MOMENT)
    }

    private suspend fun <T> guarded(
        what: String,
        use: suspend () -> T,
    ): T = sealing.guarded(what, use = use)

    /** A store that says again and again that an entry has changed. */
    fun neverWritten(): TokenSourceException =
        sealing.failed("written", IllegalStateException("it changes again and again"))

    private fun unreadable(
        why: String,
        cause: Exception? = null,
    ) = sealing.unreadable(why, cause)

    private companion object {
        val LEASE: Duration = Duration.ofSeconds(15)

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
