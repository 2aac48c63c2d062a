package dev.openidclient.tokensource

import dev.openidclient.client.SourceTime
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TokenSourceException
import dev.openidclient.event.TokenEvent
import dev.openidclient.token.TokenResponse
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.Lease
import dev.openidclient.tokenstore.StoreKeys
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.withTimeout
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
) {
    val engine: SourceEngine = clientEngine.engine

    private val process: String = UUID.randomUUID().toString()
    private val cipher: TokenCipher? = settings.shared?.cipher

    /** In milliseconds, of one call of a shared store; null: the store in memory needs none. */
    private val timeout: Long? = settings.shared?.let { SourceTime.millis(settings.storeTimeout).coerceAtLeast(1) }
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
                UserEntry.decode(opened(id, value))
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
    ): String = cipher?.let { guarded("sealed") { it.seal(id, plaintext) } } ?: plaintext

    /** Throws [IllegalArgumentException] where [value] was not sealed for [id] with a key of this instance. */
    private suspend fun opened(
        id: String,
        value: String,
    ): String {
        val cipher = cipher ?: return value
        try {
            return guarded("opened", isOwn = { it is IllegalArgumentException }) { cipher.open(id, value) }
        } catch (e: IllegalArgumentException) {
            // what another cipher says may have the value in it, and must reach nobody
            throw if (cipher is StoreKeys) e else IllegalArgumentException("its TokenCipher does not open it")
        }
    }

    private fun lifetimeOf(entry: UserEntry): Duration {
        val end = entry.tokens.kept.refreshTokenExpiresAt ?: return settings.sessionLifetime
        // the access token may live on for a while
        val last = maxOf(end, entry.tokens.expiresAt ?: end)
        return maxOf(between(engine.time.clock.instant(), last), A_MOMENT)
    }

    /** Whatever [use] throws is a failure of the store, but for what [isOwn]. */
    @Suppress("SuspendFunSwallowedCancellation") // the first clause judges it
    private suspend fun <T> guarded(
        what: String,
        isOwn: (Exception) -> Boolean = { it is TokenSourceException },
        use: suspend () -> T,
    ): T =
        try {
            if (timeout == null) use() else withTimeout(timeout) { use() }
        } catch (e: CancellationException) {
            currentCoroutineContext().ensureActive()
            throw failed(what, e)
        } catch (
            // what a store of the program's own throws is written down nowhere
            @Suppress("TooGenericExceptionCaught") e: Exception,
        ) {
            throw if (isOwn(e)) e else failed(what, e)
        }

    /** A store that says again and again that an entry has changed. */
    fun neverWritten(): TokenSourceException = failed("written", IllegalStateException("it changes again and again"))

    private fun failed(
        what: String,
        cause: Exception,
    ): TokenSourceException {
        engine.tell(TokenEvent::StoreFailed)
        val why = if (cause is TimeoutCancellationException) "no answer within storeTimeout" else cause.javaClass.name
        val message = "${engine.shown}: an entry of the token store could not be $what ($why)"
        return TokenSourceException(ErrorCode.TOKEN_STORE_FAILED, message)
    }

    private fun unreadable(
        why: String,
        cause: Exception? = null,
    ) = TokenSourceException(ErrorCode.TOKEN_STORE_UNREADABLE, "${engine.shown}: $why", cause)

    private companion object {
        val LEASE: Duration = Duration.ofSeconds(15)
        val A_MOMENT: Duration = Duration.ofMillis(1)
        val LONGEST: Duration = Duration.ofDays(36_500)

        fun between(
            now: Instant,
            end: Instant,
        ): Duration = if (end >= now.plus(LONGEST)) LONGEST else Duration.between(now, end)
    }
}
