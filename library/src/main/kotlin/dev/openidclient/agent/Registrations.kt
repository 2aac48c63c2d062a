package dev.openidclient.agent

import dev.openidclient.client.Connection
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.SourceTime
import dev.openidclient.error.TokenSourceException
import dev.openidclient.error.printable
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.delay
import kotlinx.coroutines.withContext
import org.slf4j.Logger
import org.slf4j.LoggerFactory
import java.time.Duration
import java.time.Instant
import java.util.UUID
import java.util.concurrent.ConcurrentHashMap

/**
 * The clients that a program has registered, each under its issuer: registered once, by whoever needs it first, whether in
 * this process or in another one at the same store.
 *
 * Who registers puts a claim in the place of the registration, which ends by itself: the others wait for what comes of it.
 */
internal class Registrations(
    settings: ClientIdentitiesSettings,
) {
    private val shelf = RegistrationShelf(settings)
    private val flights = Flights<KeptRegistration>()
    private val known = ConcurrentHashMap<String, KeptRegistration>()

    /** What the store could not take, by its issuer. */
    private val unwritten = ConcurrentHashMap<String, KeptRegistration>()

    /** When a registration of an issuer was refused last. */
    private val refusedAt = ConcurrentHashMap<String, Instant>()

    /** Whether there is a registration at [issuer], of this process or in the store. */
    suspend fun has(issuer: String): Boolean =
        known[issuer]?.let { it.expiresAt == null } == true || shelf.load(issuer)?.entry is KeptRegistration

    /**
     * The registration at [issuer] with [redirectUri]: the one that is known, or in the store, else what [register]
     * brings. Throws [TokenSourceException] where the store fails, or what it has cannot be read, before anything is
     * registered.
     */
    suspend fun obtain(
        issuer: String,
        redirectUri: String,
        connection: Connection,
        register: suspend () -> KeptRegistration,
    ): KeptRegistration {
        while (true) {
            val kept =
                usable(issuer, redirectUri, connection)
                    ?: flights.shared(issuer) {
                        usable(issuer, redirectUri, connection)
                            ?: Registering(issuer, redirectUri, connection).obtain(register)
                    }
            // another one may have been asked for together with it
            if (kept.isUsable(redirectUri, connection.time)) return kept
        }
    }

    private fun usable(
        issuer: String,
        redirectUri: String,
        connection: Connection,
    ): KeptRegistration? =
        known[issuer]?.takeIf { it.isUsable(redirectUri, connection.time) && unwritten[issuer] !== it }

    /** The next one who asks gets what the store has at [issuer] by now: another instance may have put it there. */
    fun readAnew(issuer: String) {
        known.computeIfPresent(issuer) { _, kept -> kept.takeIf { unwritten[issuer] === it } }
    }

    /** Forgets the registration of [client]; false where that has taken the place of another one just now. */
    suspend fun refused(client: OpenIdClient): Boolean {
        val issuer = client.server.issuer
        val stored = shelf.load(issuer)
        val other = stored?.entry as? KeptRegistration
        val isStored = other?.metadata?.clientId == client.clientId
        val isKnown = known[issuer]?.metadata?.clientId == client.clientId
        val now = client.connection.time.instant
        if (isStored || (isKnown && other == null)) {
            val last = refusedAt[issuer]
            if (last != null && now < last.plus(ONCE_MORE)) return false
            refusedAt[issuer] = now
            stored?.takeIf { isStored }?.let { shelf.remove(issuer, it.version) }
        }
        // else somebody has another one already, who was told the same before
        if (isKnown) known.remove(issuer)
        if (isKnown) unwritten.remove(issuer)
        return true
    }

    /** One way to the registration at [issuer]. */
    private inner class Registering(
        private val issuer: String,
        private val redirectUri: String,
        private val connection: Connection,
    ) {
        private var pause = FIRST_PAUSE_MILLIS

        suspend fun obtain(register: suspend () -> KeptRegistration): KeptRegistration {
            unwritten[issuer]?.takeIf(::isUsable)?.let { return rewritten(it) }
            while (true) {
                val stored = shelf.load(issuer)
                val entry = stored?.entry
                if (entry is KeptRegistration && isUsable(entry)) return entry.also { known[issuer] = it }
                if (entry is RegistrationClaim) {
                    delay(pause)
                    pause = minOf(2 * pause, LONGEST_PAUSE_MILLIS)
                } else {
                    claimed(stored?.version ?: NO_VERSION)?.let { return registered(it, register) }
                }
            }
        }

        private fun isUsable(kept: KeptRegistration): Boolean = kept.isUsable(redirectUri, connection.time)

        /** The version of this one's claim, in the place of [version]; null where somebody else was quicker. */
        private suspend fun claimed(version: Long): Long? {
            val claim = RegistrationClaim(issuer, UUID.randomUUID().toString())
            if (!shelf.commit(claim, version, lifetimeOfClaim())) return null
            val stored = shelf.load(issuer)
            return stored?.version?.takeIf { (stored.entry as? RegistrationClaim)?.owner == claim.owner }
        }

        /** Long enough for a request that is sent once, after which another one may try. */
        private fun lifetimeOfClaim(): Duration {
            val timeout = connection.limits.timeout
            return (if (timeout.isZero) WITHOUT_TIMEOUT else minOf(timeout, SourceTime.LONGEST)).plus(MARGIN)
        }

        private suspend fun registered(
            claim: Long,
            register: suspend () -> KeptRegistration,
        ): KeptRegistration {
            var kept: KeptRegistration? = null
            try {
                kept = register()
            } finally {
                // the others need not wait
                if (kept == null) withContext(NonCancellable) { shelf.unclaim(issuer, claim) }
            }
            known[issuer] = kept
            return withContext(NonCancellable) { written(kept, claim) }
        }

        /** [kept], or what another one has put in its place: the claim may have ended. */
        private suspend fun written(
            kept: KeptRegistration,
            claim: Long,
        ): KeptRegistration {
            try {
                if (shelf.commit(kept, claim, lifetimeOf(kept))) return kept
                return put(kept)
            } catch (e: TokenSourceException) {
                return unwritten(kept, e)
            }
        }

        private suspend fun rewritten(kept: KeptRegistration): KeptRegistration =
            try {
                put(kept).also { unwritten.remove(issuer, kept) }
            } catch (e: TokenSourceException) {
                unwritten(kept, e)
            }

        private suspend fun put(kept: KeptRegistration): KeptRegistration {
            val stored = shelf.load(issuer)
            val other = stored?.entry as? KeptRegistration
            if (other != null && isUsable(other)) return other.also { known[issuer] = it }
            shelf.put(kept, lifetimeOf(kept))
            return kept
        }

        private fun unwritten(
            kept: KeptRegistration,
            cause: TokenSourceException,
        ): KeptRegistration {
            unwritten[issuer] = kept
            LOGGER.warn(
                "The registration at {} is kept in memory alone until the store can take it: {}",
                printable(issuer),
                cause.message,
            )
            return kept
        }

        private fun lifetimeOf(kept: KeptRegistration): Duration {
            val end = kept.expiresAt ?: return SourceTime.LONGEST
            val now = connection.time.instant
            return maxOf(Duration.between(now, minOf(end, now.plus(SourceTime.LONGEST))), A_MOMENT)
        }
    }

    private companion object {
        val LOGGER: Logger = LoggerFactory.getLogger(ClientIdentities::class.java)

        const val NO_VERSION = 0L
        const val FIRST_PAUSE_MILLIS = 25L
        const val LONGEST_PAUSE_MILLIS = 500L
        val MARGIN: Duration = Duration.ofSeconds(5)
        val WITHOUT_TIMEOUT: Duration = Duration.ofMinutes(1)
        val A_MOMENT: Duration = Duration.ofSeconds(1)

        /** So long after a refusal another one is no accident: the server refuses all that it registers. */
        val ONCE_MORE: Duration = Duration.ofMinutes(5)
    }
}
