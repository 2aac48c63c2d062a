package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.Reached
import dev.openidclient.error.printable
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.shownUrl
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive
import java.util.concurrent.ConcurrentHashMap

/**
 * The clients of many servers, as of the tenants of a program: each is discovered when it is first needed, as a
 * [DiscoveredClient], and all send through one connection. What one server does, or its [ClientFinder] takes, is nothing
 * to the others.
 *
 * An issuer that the finder does not know is refused before anything is sent: issuers often come from outside.
 *
 * One for the life of the program; [close] it at the end. Safe to use from any number of coroutines and threads at once.
 * Throws [IllegalArgumentException] where the settings contradict themselves, or have no `find` or no `timeout`.
 *
 * The page `docs/long-lived-clients.md` shows how it is used.
 */
public class ClientRegistry(
    configure: RegistrySettings.() -> Unit,
) : AutoCloseable {
    private val settings = RegistrySettings().apply(configure).apply(RegistrySettings::check)
    private val finder = settings.checkedFinder()
    private val idleMillis = SourceTime.millis(settings.idleTime)

    /** What all clients of this send through, to be shared with others ([ClientSettings.connection]). */
    public val connection: Connection = settings.openConnection()

    private val time = SourceTime(connection.time.clock)
    private val coroutines = OwnCoroutines(settings.coroutineContext, "client registry")
    private val tenants = CellMap(settings.maximumClients, time, Traits())

    /** Who is being looked for: those that are not known must not take the place of those that are. */
    private val searches = ConcurrentHashMap<String, CompletableDeferred<Finding>>()

    /**
     * The client of [issuer] to use now, as [DiscoveredClient.client] gives it: ask for it each time, and keep none.
     *
     * Throws [MetadataException] with [ErrorCode.INVALID_SERVER_METADATA], before anything is sent, where the finder
     * does not know [issuer], or it is none; another [OAuthException] where nothing is known of the server and it
     * cannot be asked; what the finder throws; [IllegalArgumentException] where the settings of the entry contradict
     * themselves; [IllegalStateException] after [close].
     */
    public suspend fun client(issuer: String): OpenIdClient = tenant(issuer).client()

    /** The clients of [issuer], for whatever takes a [ClientSource]. Nothing is looked for before one is needed. */
    public fun source(issuer: String): ClientSource = RegistrySource(this, issuer)

    /** Asks the server of [issuer] for its metadata now, as [DiscoveredClient.refresh] does. */
    public suspend fun refresh(issuer: String): OpenIdClient = tenant(issuer).refresh()

    /** How the client of [issuer] stands, without a request, and without looking for it: for health checks. */
    public fun state(issuer: String): DiscoveryState = tenants[issuer]?.state() ?: DiscoveryState.Unused

    /** Keeps the client of [issuer] no longer: the next call looks for it anew, as after a change of its secret. */
    public fun forget(issuer: String) {
        // first: what is being found may be of before the change
        searches.remove(issuer)
        tenants.remove(issuer)
    }

    /**
     * Ends discovery: who waits gets [IllegalStateException], and so does whoever asks afterwards. Closes the HTTP
     * engine that was made for this, so that the clients that were handed out end too; a transport or [Connection] that
     * was given stays open.
     */
    override fun close() {
        coroutines.cancel()
        if (settings.connection == null) connection.close()
    }

    override fun toString(): String = "ClientRegistry(${tenants.size} clients)"

    private suspend fun tenant(issuer: String): MetadataKeeper {
        check(!coroutines.isClosed) { CLOSED }
        known(issuer)?.let { return it }
        val own = CompletableDeferred<Finding>()
        val search = searches.putIfAbsent(issuer, own) ?: own.also { begin(issuer, it) }
        val finding = search.await()
        finding.failure?.let { throw forOneWaiter(it) }
        return finding.keeper ?: throw unknown(issuer)
    }

    private fun known(issuer: String): MetadataKeeper? {
        val keeper = tenants[issuer] ?: return null
        if (!isIdle(keeper)) return keeper
        tenants.remove(issuer, keeper)
        return null
    }

    private fun isIdle(keeper: MetadataKeeper): Boolean =
        time.millisOf(time.monotonicNanos - keeper.lastUsedAt) >= idleMillis && !keeper.isFlying

    private fun begin(
        issuer: String,
        search: CompletableDeferred<Finding>,
    ) = coroutines.run(
        afterwards = { ended ->
            searches.remove(issuer, search)
            if (!search.isCompleted) search.complete(Finding(null, ended(ended)))
        },
    ) {
        // found by somebody who was quicker
        val found = tenants[issuer]?.let { Finding(it, null) } ?: found(issuer)
        search.complete(kept(issuer, search, found))
    }

    /** [found], kept for others too unless it was forgotten meanwhile. */
    private fun kept(
        issuer: String,
        search: CompletableDeferred<Finding>,
        found: Finding,
    ): Finding {
        var kept = found
        searches.computeIfPresent(issuer) { _, current ->
            if (current === search && found.keeper != null) {
                kept = Finding(tenants.getOrPut(issuer, found.keeper), null)
            }
            current.takeIf { it !== search }
        }
        tenants.makeRoom(issuer)
        return kept
    }

    private fun ended(cause: Throwable?): IllegalStateException =
        if (coroutines.isClosed) IllegalStateException(CLOSED) else IllegalStateException(CANNOT_RUN, cause)

    @Suppress("SuspendFunSwallowedCancellation") // the first clause judges it
    private suspend fun found(issuer: String): Finding =
        try {
            requirePermitted(issuer)
            within(connection.limits.timeout, { "find(\"${printable(issuer)}\") of the ClientRegistry" }) {
                Finding(finder.find(issuer)?.let { keeper(issuer, it) }, null)
            }
        } catch (e: CancellationException) {
            // this is closed, or the finder was cancelled by itself
            if (!currentCoroutineContext().isActive) throw e
            Finding(null, IllegalStateException("find was cancelled by itself for ${printable(issuer)}", e))
        } catch (
            // the finder is the program's own: who asked hears of it, whatever it is
            @Suppress("TooGenericExceptionCaught") e: Throwable,
        ) {
            Finding(null, e)
        }

    private fun keeper(
        issuer: String,
        entry: ClientEntry,
    ): MetadataKeeper {
        val own = ClientSettings().apply { connection = this@ClientRegistry.connection }
        entry.configure.accept(own)
        require(own.connection === connection) {
            "connection cannot be set for a client of a registry: set it for the ClientRegistry"
        }
        own.requireOfRegistry()
        val server = keptServer(issuer, entry.clientId, own)
        return MetadataKeeper(server, time, coroutines, "client registry")
    }

    /** Of an issuer too, for it may come from outside: what is none is not the program's mistake here. */
    private fun requirePermitted(issuer: String) {
        val url = AbsoluteUrl.parse(issuer)?.takeIf(::isAskable) ?: throw noIssuer(issuer)
        if (connection.traits.permitUrl?.test(url.withoutFragment) != false) return
        throw MetadataException(
            ErrorCode.HTTP_REQUEST_FORBIDDEN,
            "permitUrl in the settings does not permit the issuer ${printable(issuer)}",
        ).retold(reached = Reached.NO)
    }

    private fun noIssuer(issuer: String) =
        MetadataException(
            ErrorCode.INVALID_SERVER_METADATA,
            "\"${shownUrl(issuer)}\" is no server of this program's: an issuer is an absolute URL without query and " +
                "fragment, and nothing was sent",
        ).retold(reached = Reached.NO)

    private fun unknown(issuer: String) =
        MetadataException(
            ErrorCode.INVALID_SERVER_METADATA,
            "${printable(issuer)} is no server of this program's: find of the ClientRegistry does not know it, and " +
                "nothing was sent",
        ).retold(reached = Reached.NO)

    /** What a search has brought: nothing, where both are null. */
    private class Finding(
        val keeper: MetadataKeeper?,
        val failure: Throwable?,
    )

    private inner class Traits : CellMap.Traits<MetadataKeeper> {
        override fun isBusy(cell: MetadataKeeper): Boolean = cell.isFlying

        override fun isUseless(cell: MetadataKeeper): Boolean = isIdle(cell)

        override fun lastUsedAt(cell: MetadataKeeper): Long = cell.lastUsedAt

        override fun evicted(cell: MetadataKeeper) = cell.evicted()
    }

    private companion object {
        const val CLOSED = "the client registry is closed"
        const val CANNOT_RUN =
            "nothing can be looked for: the coroutineContext or executor of the registry's settings has ended, or " +
                "takes nothing"
    }
}

/** The clients of one issuer of [registry], each time that one is needed. */
internal class RegistrySource(
    val registry: ClientRegistry,
    val issuer: String,
) : ClientSource {
    override suspend fun client(): OpenIdClient = registry.client(issuer)

    override fun toString(): String = "ClientSource(${printable(issuer)})"
}
