package dev.openidclient.tokensource

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.error.TokenSourceException
import dev.openidclient.event.ServedFrom
import dev.openidclient.event.TokenEvent
import dev.openidclient.tokenstore.Lease
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext
import java.time.Duration

/** Who leases the entry [id]. */
internal class Leaseholder(
    val id: String,
    val owner: String,
)

/**
 * One way to tokens that any instance may fetch: take over what the store has, or lease the entry and fetch others for
 * all. Where the store fails, or another instance takes too long, this one fetches its own.
 */
internal class SharedFetch(
    private val shelf: TokenShelf,
    private val cell: FetchedCell,
    private val client: OpenIdClient,
    private val holder: Leaseholder,
) {
    private val engine = shelf.engine
    private val id = holder.id
    private val patience = Patience(engine, client.timeout, times = 1)

    /** What the store could not do; null: it has done all. */
    var failure: TokenSourceException? = null
        private set

    suspend fun obtain(): Obtained {
        var obtained: Obtained? = null
        while (obtained == null) obtained = attempt()
        return obtained
    }

    /** Null: look again. */
    private suspend fun attempt(): Obtained? {
        val loaded =
            try {
                shelf.load(id)
            } catch (e: TokenSourceException) {
                failure = e
                val obtained = fresh() ?: cell.fetched(client)
                // what cannot be read here is of no use here
                return if (e.code == ErrorCode.TOKEN_STORE_UNREADABLE) put(obtained) else obtained
            }
        val stored = loaded ?: return put(fresh() ?: cell.fetched(client))
        val found = cell.found(stored.entry.tokens)
        val isFresh = found?.freshness(engine.time) == Freshness.FRESH
        val isNews = !cell.isUnwritten || found === cell.known
        if (found != null && isFresh && isNews) return Obtained(found, ServedFrom.STORE)
        // what could not be written at first
        fresh()?.let { return commit(stored.version, it) }
        found?.let(cell::learn)
        return leased(stored.version)
    }

    /** What this process has, and the store may lack. */
    private fun fresh(): Obtained? =
        cell.known?.takeIf { it.freshness(engine.time) == Freshness.FRESH }?.let { Obtained(it, ServedFrom.MEMORY) }

    private suspend fun leased(version: Long): Obtained? {
        val lease =
            try {
                shelf.lease(id, version, holder.owner)
            } catch (e: TokenSourceException) {
                failure = e
                return cell.fetched(client)
            }
        return when (lease) {
            is Lease.Acquired -> commit(version, fetched(version))
            is Lease.Gone -> put(cell.fetched(client))
            is Lease.Held -> usable() ?: waited(version, lease.remaining)
            is Lease.Changed -> waited(version)
        }
    }

    private fun usable(): Obtained? {
        val known = cell.known ?: return null
        val isUsable = known.freshness(engine.time).let { it == Freshness.FRESH || it == Freshness.STALE }
        return if (isUsable) Obtained(known, ServedFrom.STORE) else null
    }

    /** Another instance fetches, or has; null: look again. It is waited for as long as for the server. */
    private suspend fun waited(
        version: Long,
        atMost: Duration? = null,
    ): Obtained? {
        if (patience.isOver) return commit(version, cell.fetched(client))
        patience.pause("another instance's request to end", atMost)
        return null
    }

    /** Ends the lease where nothing comes of it: the others need not wait. */
    private suspend fun fetched(version: Long): Obtained {
        var obtained: Obtained? = null
        var isOver = false
        try {
            obtained = shelf.leased(id, version, holder.owner) { cell.fetched(client) }
            return obtained
        } catch (e: OAuthException) {
            isOver = cell.isEndedBy(e)
            throw e
        } finally {
            // also where the source is closed meanwhile
            if (obtained == null) withContext(NonCancellable) { ended(version, isOver) }
        }
    }

    private suspend fun ended(
        version: Long,
        isOver: Boolean,
    ) {
        if (!isOver) return shelf.release(id, version, holder.owner)
        try {
            shelf.remove(id)
        } catch (e: TokenSourceException) {
            SourceLog.late(engine, "tokens that are refused could not be removed", e)
        }
    }

    private suspend fun put(obtained: Obtained): Obtained =
        obtained.also { written(it) { entry, lifetime -> shelf.put(id, shelf.encoded(entry), lifetime) } }

    /** What somebody else has put there meanwhile stays. */
    private suspend fun commit(
        version: Long,
        obtained: Obtained,
    ): Obtained = obtained.also { written(it) { entry, lifetime -> shelf.commit(id, version, entry, lifetime) } }

    private suspend fun written(
        obtained: Obtained,
        write: suspend (entry: TokenEntry, lifetime: Duration) -> Unit,
    ) {
        val left = obtained.held.millisUntilUnusable(engine.time)
        if (left == 0L) return
        val tokens = obtained.held.tokens
        try {
            write(TokenEntry(tokens, shelf.thumbprintOf(tokens, client)), Duration.ofMillis(left))
        } catch (e: TokenSourceException) {
            failure = e
            engine.tell(TokenEvent::StoreWriteFailed)
        }
    }
}
