package dev.openidclient.tokensource

import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.SourceTime
import dev.openidclient.client.end
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TokenSourceException
import dev.openidclient.event.TokenEvent
import dev.openidclient.token.TokenResponse
import dev.openidclient.tokenstore.Lease
import dev.openidclient.tokenstore.SealedStore
import dev.openidclient.tokenstore.TokenStore
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import java.time.Duration
import java.util.UUID
import java.util.concurrent.atomic.AtomicLong

/** An entry as it was read, with its version. */
internal class VersionedEntry(
    val version: Long,
    val entry: TokenEntry,
)

/** The token store of a family of sources, as entries; whatever the store throws is a [TokenSourceException]. */
internal open class TokenShelf(
    val clientEngine: ClientEngine,
    private val sharing: SharedTokensSettings<*>,
    private val store: TokenStore,
) {
    val engine: SourceEngine = clientEngine.engine

    /** Null: nobody else writes. */
    val nearCopyMillis: Long? = sharing.nearCopyLimit?.let { SourceTime.millis(it) }

    private val process: String = UUID.randomUUID().toString()
    protected val sealing: SealedStore =
        SealedStore(
            sharing.shared?.cipher,
            sharing.shared?.let { sharing.storeTimeout },
            engine::shown,
        ) { engine.tell(TokenEvent::StoreFailed) }
    private val owners = AtomicLong()

    fun nextNumber(): Long = owners.incrementAndGet()

    /** An owner of leases, of which there is no other one. */
    fun ownerOf(number: Long): String = "$process-$number"

    /** The id in the store of what [parts] name: none of them is to be seen there. */
    fun idOf(
        kind: String,
        vararg parts: String?,
    ): String = digestOf(sharing.namespace, kind, *parts)

    fun thumbprintOf(
        tokens: TokenResponse,
        client: OpenIdClient,
    ): String? = if (tokens.isSenderConstrained) client.dpop?.thumbprint() else null

    suspend fun load(id: String): VersionedEntry? {
        val stored = guarded("read") { store.load(id) } ?: return null
        return VersionedEntry(stored.version, read(id, stored.value))
    }

    suspend fun take(id: String): TokenEntry? = guarded("removed") { store.take(id) }?.let { read(id, it) }

    /** Throws [TokenSourceException] where the entry is not for this client. */
    private suspend fun read(
        id: String,
        value: String,
    ): TokenEntry {
        val entry =
            try {
                TokenEntry.decode(sealing.opened(id, value))
            } catch (e: IllegalArgumentException) {
                throw sealing.unreadable("an entry cannot be read: ${e.message}", e)
            }
        val client = clientEngine.client()
        val tokens = entry.tokens
        if (tokens.issuer != client.server.issuer || tokens.clientId != client.clientId) {
            throw sealing.unreadable("an entry is of another client or another server")
        }
        if (entry.thumbprint != null && entry.thumbprint != client.dpop?.thumbprint()) {
            throw sealing.unreadable(
                "the tokens of an entry are bound to another DPoP key than this client's: give all instances the " +
                    "same key, and keep it over a restart",
            )
        }
        return entry
    }

    suspend fun put(
        id: String,
        encoded: String,
        lifetime: Duration,
    ) {
        val sealed = sealing.sealed(id, encoded)
        guarded("written") { store.put(id, sealed, lifetime) }
    }

    /** Of the entry, which need not be readable; null where there is none. */
    suspend fun versionOf(id: String): Long? = guarded("read") { store.load(id) }?.version

    /** A [lifetime] of zero removes it. False also where, when all is ready, it [is wanted][isWanted] no more. */
    suspend fun commit(
        id: String,
        version: Long,
        entry: TokenEntry,
        lifetime: Duration,
        isWanted: () -> Boolean = { true },
    ): Boolean {
        val sealed = sealing.sealed(id, encoded(entry))
        if (!isWanted()) return false
        return guarded(if (lifetime.isZero) "removed" else "written") { store.commit(id, version, sealed, lifetime) }
    }

    /** What a server issues is no mistake of whoever asks for a token. */
    fun encoded(entry: TokenEntry): String =
        try {
            entry.encode()
        } catch (e: IllegalArgumentException) {
            val advice = "they are served from memory alone; let the server put fewer claims into them"
            throw TokenSourceException(ErrorCode.TOKEN_STORE_FAILED, "${engine.shown}: ${e.message}: $advice", e)
        }

    suspend fun lease(
        id: String,
        version: Long,
        owner: String,
    ): Lease = guarded("leased") { store.lease(id, version, owner, LEASE) }

    suspend fun release(
        id: String,
        version: Long,
        owner: String,
    ) = try {
        guarded("released") { store.release(id, version, owner) }
    } catch (e: TokenSourceException) {
        SourceLog.late(engine, "a lease could not be ended", e)
    }

    suspend fun remove(id: String) = guarded("removed") { store.remove(id) }

    /** Does [use], and keeps the lease that [owner] has on [version] meanwhile. */
    suspend fun <T> leased(
        id: String,
        version: Long,
        owner: String,
        use: suspend () -> T,
    ): T =
        coroutineScope {
            val renewal =
                launch {
                    while (true) {
                        delay(RENEWAL_MILLIS)
                        try {
                            guarded("leased") { store.renew(id, version, owner, LEASE) }
                        } catch (e: TokenSourceException) {
                            SourceLog.late(engine, "a lease could not be renewed", e)
                        }
                    }
                }
            try {
                use()
            } finally {
                renewal.end()
            }
        }

    protected suspend fun <T> guarded(
        what: String,
        use: suspend () -> T,
    ): T = sealing.guarded(what, use = use)

    private companion object {
        val LEASE: Duration = Duration.ofSeconds(15)
        const val RENEWAL_MILLIS = 5_000L
    }
}
