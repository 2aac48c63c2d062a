package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TransportException
import dev.openidclient.event.EventSource
import dev.openidclient.event.TokenEvent
import dev.openidclient.metadata.AuthorizationServerMetadata
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive
import java.time.Duration
import kotlin.coroutines.EmptyCoroutineContext

/** What a [MetadataKeeper] keeps clients of, and how. */
internal class KeptServer(
    /** As it is asked for. */
    val issuer: String,
    val configuration: Configuration,
    val metadataLifetime: Duration,
    /** Used where there is nothing better; null: there is none. */
    val fallback: OpenIdClient?,
)

/**
 * The client of one server, with the metadata that are known: discovered when it is first needed, and anew when they are
 * old or in doubt. Discovery runs in coroutines of its own, once for all who wait: who is cancelled stops waiting, and
 * nothing else.
 */
internal class MetadataKeeper(
    private val server: KeptServer,
    private val time: SourceTime,
    private val coroutines: OwnCoroutines,
    /** What messages call the one that was closed. */
    private val closedName: String,
) {
    private enum class Reason { USE, DOUBT, WISH }

    private class Known(
        val client: OpenIdClient,
        private val wallAt: Long,
        private val monotonicAt: Long,
    ) {
        /** Of whichever clock goes faster: a machine that was suspended has old metadata too. */
        fun age(time: SourceTime): Long = maxOf(time.wallMillis - wallAt, time.monotonicMillis - monotonicAt)
    }

    /** How a flight ended: with a client, or a failure. */
    private class Landing(
        val client: OpenIdClient?,
        val failure: Throwable?,
    )

    private val log = DiscoveryLog(server.issuer)
    private val eventSource = EventSource(server.issuer, server.configuration.metadata.clientId, "metadata", null)
    private val lifetimeMillis = SourceTime.millis(server.metadataLifetime)
    private val lock = Any()

    @Volatile
    private var known: Known? = null
    private var flight: CompletableDeferred<Landing>? = null

    @Volatile
    private var failing: Failing? = null

    /** When it was last asked anew out of doubt, by [SourceTime.monotonicMillis]. */
    private var doubtedAt: Long? = null

    /** By [SourceTime.monotonicNanos]. */
    @Volatile
    var lastUsedAt: Long = time.monotonicNanos
        private set

    val isFlying: Boolean get() = synchronized(lock) { flight != null }

    init {
        server.configuration.doubt?.onDoubt = ::doubted
    }

    suspend fun client(): OpenIdClient {
        lastUsedAt = time.monotonicNanos
        val known = known ?: return firstClient()
        requireOpen()
        if (isOld(known)) joined(Reason.USE)
        return known.client
    }

    private suspend fun firstClient(): OpenIdClient {
        requireOpen()
        val fallback = server.fallback
        if (fallback != null && failing != null) {
            // nobody waits for what has failed already
            joined(Reason.USE)
            return known?.client ?: fallback
        }
        val landing = joined(Reason.USE).await()
        return landing.client ?: fallback?.takeIf { !coroutines.isClosed } ?: throw failureOf(landing)
    }

    /** Asks now, whatever has failed before, or joins who does. */
    suspend fun refresh(): OpenIdClient {
        lastUsedAt = time.monotonicNanos
        requireOpen()
        val landing = joined(Reason.WISH).await()
        return landing.client ?: throw failureOf(landing)
    }

    fun state(): DiscoveryState {
        val failing = failing
        val known = known
        return when {
            failing != null ->
                DiscoveryState.Failing(failing.since, codeOf(failing.cause), known != null || server.fallback != null)
            known == null -> DiscoveryState.Unused
            isOld(known) -> DiscoveryState.Stale
            else -> DiscoveryState.Fresh
        }
    }

    private fun requireOpen() = check(!coroutines.isClosed) { closedMessage }

    private val closedMessage get() = "the $closedName is closed"

    private fun isOld(known: Known) = known.age(time) >= lifetimeMillis

    private fun failureOf(landing: Landing): Throwable = forOneWaiter(checkNotNull(landing.failure))

    private fun doubted(isDoubted: (AuthorizationServerMetadata) -> Boolean) {
        val known = known
        if (known != null && isDoubted(known.client.server) && !coroutines.isClosed) joined(Reason.DOUBT)
    }

    /** The flight that is on the way, or begins now; a landing where there is no need of one, or it must wait. */
    private fun joined(reason: Reason): CompletableDeferred<Landing> {
        val started = CompletableDeferred<Landing>()
        synchronized(lock) {
            flight?.let { return it }
            known?.takeIf { reason == Reason.USE && !isOld(it) }?.let { return landed(it.client, null) }
            if (reason != Reason.WISH) {
                failing?.takeIf { it.notBefore > time.monotonicMillis }?.let { return landed(null, it.cause) }
            }
            if (reason == Reason.DOUBT) {
                val now = time.monotonicMillis
                if (doubtedAt?.let { now - it < DOUBT_PAUSE_MILLIS } == true) return landed(known?.client, null)
                doubtedAt = now
            }
            flight = started
        }
        val context = server.configuration.connection.listeners?.backgroundContext() ?: EmptyCoroutineContext
        coroutines.run(afterwards = { ended(started, it) }, context) { fly(started) }
        return started
    }

    private fun landed(
        client: OpenIdClient?,
        failure: Throwable?,
    ) = CompletableDeferred(Landing(client, failure))

    private fun ended(
        flight: CompletableDeferred<Landing>,
        cause: Throwable?,
    ) {
        if (flight.isCompleted) return
        synchronized(lock) { if (this.flight === flight) this.flight = null }
        val message = if (coroutines.isClosed) closedMessage else CANNOT_RUN
        val failure = IllegalStateException(message, cause?.takeUnless { coroutines.isClosed })
        flight.complete(Landing(null, failure))
    }

    @Suppress("SuspendFunSwallowedCancellation") // of another's making, it is a failure of the flight
    private suspend fun fly(flight: CompletableDeferred<Landing>) {
        try {
            val discovered = askForMetadata(server.issuer, server.configuration)
            val before = known?.client ?: server.fallback
            succeeded(if (before == null) discovered else successor(before, discovered), flight)
        } catch (
            // every waiter hears of it, whatever it is
            @Suppress("TooGenericExceptionCaught") e: Throwable,
        ) {
            // this is closed, and with it maybe the engine: that is no failure of the server's
            if (!currentCoroutineContext().isActive) throw e
            // a transport may be cancelled by itself
            failed(if (e is CancellationException) TransportException(ErrorCode.TIMEOUT, CANCELLED, e) else e, flight)
        }
    }

    private fun succeeded(
        client: OpenIdClient,
        flight: CompletableDeferred<Landing>,
    ) {
        val recovered: Failing?
        synchronized(lock) {
            this.flight = null
            known = Known(client, time.wallMillis, time.monotonicMillis)
            recovered = failing
            failing = null
        }
        recovered?.let(log::recovered)
        flight.complete(Landing(client, null))
    }

    private fun failed(
        failure: Throwable,
        flight: CompletableDeferred<Landing>,
    ) {
        val earlier: Failing?
        synchronized(lock) {
            this.flight = null
            earlier = failing
            val count = (earlier?.count ?: 0) + 1
            val since = earlier?.since ?: time.clock.instant()
            val backOff = if (known == null) FIRST_BACK_OFF else LATER_BACK_OFF
            failing = Failing(failure, since, count, time.monotonicMillis + backOff.after(count, time))
        }
        log.failed(failure, earlier?.cause, isFallbackUsed = known == null && server.fallback != null)
        server.configuration.connection.listeners?.happened(
            if (isRefusal(failure)) {
                TokenEvent.MetadataRefused(eventSource)
            } else {
                TokenEvent.MetadataFailed(eventSource, codeOf(failure))
            },
        )
        flight.complete(Landing(null, failure))
    }

    /** Tells that this had to make room for others. */
    fun evicted() {
        log.evicted()
        server.configuration.connection.listeners?.happened(TokenEvent.Evicted(eventSource))
    }

    private companion object {
        /** While there is no client. */
        val FIRST_BACK_OFF = BackOff(Duration.ofSeconds(1), Duration.ofSeconds(30))

        /** While there is one. */
        val LATER_BACK_OFF = BackOff(Duration.ofSeconds(1), Duration.ofMinutes(5))

        val DOUBT_PAUSE_MILLIS = Duration.ofMinutes(5).toMillis()

        const val CANNOT_RUN =
            "discovery cannot run: the coroutineContext or executor of the settings has ended, or takes nothing"
        const val CANCELLED = "discovery was cancelled by the transport of the settings"
    }
}
