package dev.openidclient.tokensource

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TokenSourceException
import dev.openidclient.event.FailureClass
import dev.openidclient.event.ServedFrom
import dev.openidclient.event.TokenEvent
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.tokenstore.Lease
import kotlinx.coroutines.sync.withLock
import java.time.Duration
import java.time.Instant

/**
 * One way to usable tokens of a session: take over what the store has, or lease the entry, send its refresh token, and
 * write what comes of it, before anybody gets to see it.
 */
internal class UserRefresh(
    private val shelf: UserShelf,
    private val session: UserSession,
    private val cell: UserSession.Cell,
) {
    private val engine = shelf.engine
    private val id = session.id
    private val epoch = session.epoch
    private val writing = UserWriting(shelf, session)
    private val serving = UserServing(shelf, session, cell)
    private val alone = UserRefreshAlone(shelf, session, cell)

    suspend fun obtain(): Obtained =
        session.turn.withLock {
            val client = shelf.clientEngine.client()
            val timeout = client.timeout
            val patience = Patience(engine, timeout)
            var found: Obtained? = null
            while (found == null) found = attempt(client, timeout, patience)
            found
        }

    /** Null: look again. */
    private suspend fun attempt(
        client: OpenIdClient,
        timeout: Duration,
        patience: Patience,
    ): Obtained? {
        session.unwritten?.let { return laterWritten(client, it) }
        val loaded =
            try {
                shelf.load(id)
            } catch (e: TokenSourceException) {
                return alone.obtain(client, e)
            }
        session.remember(loaded?.entry, epoch)
        val stored = loaded ?: throw engine.signInRequired("there are no tokens for this session")
        val entry = stored.entry
        serving.adopted(entry)?.let { return it }
        // a failure of what follows is no reason to be without it
        serving.alive(entry)?.let { cell.learn(it.held) }
        serving.whyNotRefreshable(entry)?.let { return serving.alive(entry) ?: throw engine.signInRequired(it) }
        if (!serving.mayResend(entry)) return serving.usable(entry) ?: throw serving.inDoubt(null)
        if (isOtherOneRunning(stored, timeout, patience)) {
            serving.usable(entry)?.let { return it }
            patience.pause("another instance's refresh of this session to end")
            return null
        }
        val lease =
            try {
                shelf.lease(id, stored.version, session.owner)
            } catch (e: TokenSourceException) {
                // it may be this one's, and was another's before: once more it would not be told
                session.abandonLease()
                return alone.obtain(client, e)
            }
        val isFree = lease is Lease.Acquired && !lease.abandoned
        return if (isFree) send(client, stored) else notYet(lease, stored, patience)
    }

    /** What there is while the entry is not this one's to refresh; null: look again. */
    private suspend fun notYet(
        lease: Lease,
        stored: VersionedEntry,
        patience: Patience,
    ): Obtained? =
        when (lease) {
            is Lease.Changed -> {
                patience.pause("the token store, where this session changes all the time")
                null
            }
            is Lease.Gone -> {
                session.forget()
                throw engine.signInRequired("there are no tokens for this session any more")
            }
            is Lease.Held ->
                serving.usable(stored.entry) ?: run {
                    patience.pause("another instance's refresh of this session to end", lease.remaining)
                    null
                }
            is Lease.Acquired -> {
                markAbandoned(stored)
                null
            }
        }

    /** Another instance has sent the refresh token, and may still be about to write what it got. */
    private suspend fun markAbandoned(stored: VersionedEntry) {
        val now = engine.time.clock.instant()
        val doubtful = stored.entry.inDoubt(Doubt(stored.entry.doubt?.since ?: now, abandonedAt = now))
        engine.tell(TokenEvent::InDoubt)
        session.remember(doubtful, epoch)
        try {
            shelf.commit(id, stored.version, doubtful)
        } catch (e: TokenSourceException) {
            // as its own lease this instance would take it for nobody's
            session.abandonLease()
            throw e
        }
    }

    /** Whether the instance whose lease ran out may still wait for its answer: no longer than [timeout]. */
    private fun isOtherOneRunning(
        stored: VersionedEntry,
        timeout: Duration,
        patience: Patience,
    ): Boolean {
        val abandonedAt = stored.entry.doubt?.abandonedAt ?: return false
        // whatever the clock of the one who wrote that says
        return isWithin(timeout, abandonedAt, engine.time.clock.instant()) && !patience.hasSeen(stored.version, timeout)
    }

    @Suppress("SuspendFunSwallowedCancellation") // a flight of user tokens cannot be cancelled
    private suspend fun send(
        client: OpenIdClient,
        stored: VersionedEntry,
    ): Obtained? {
        val tokens = stored.entry.tokens
        session.sending(tokens.refreshToken)
        val refreshed =
            try {
                shelf.leased(id, stored.version, session.owner) {
                    client.refreshTokenGrant(tokens) { addAll(cell.form) }
                }
            } catch (
                // an engine or a key may throw anything, and the refresh token may be used up then too
                @Suppress("TooGenericExceptionCaught") e: Throwable,
            ) {
                return failed(stored, e)
            }
        session.lastSent = null
        return keep(client, stored, refreshed)
    }

    /** Writes [refreshed], and then hands it out; null where somebody else has put something there: look again. */
    private suspend fun keep(
        client: OpenIdClient,
        stored: VersionedEntry,
        refreshed: TokenResponse,
    ): Obtained? {
        val entry = serving.after(stored.entry, refreshed, client)
        val obtained = serving.obtained(entry, refreshed)
        val other = writing.write(client, Unwritten(stored.version, setOf(stored.entry.tokens.refreshToken), entry))
        return obtained.takeIf { other == null }
    }

    /** What this process alone knows, as long as it can be used; null where it is written by now: look again. */
    private suspend fun laterWritten(
        client: OpenIdClient,
        unwritten: Unwritten,
    ): Obtained? {
        writing.write(client, unwritten)
        if (session.unwritten == null) return null
        val why = unwritten.failure?.let { ": ${it.text.removePrefix("${engine.shown}: ")}" }.orEmpty()
        val outage =
            TokenSourceException(
                ErrorCode.TOKEN_STORE_FAILED,
                "${engine.shown}: the last tokens of this session could not be written to the token store yet$why",
                unwritten.failure,
            )
        return if (alone.isAllowed) alone.obtain(client, outage) else serving.usable(unwritten.entry) ?: throw outage
    }

    private suspend fun failed(
        stored: VersionedEntry,
        failure: Throwable,
    ): Obtained? {
        val replacement = replacementIn(failure)
        val failureClass = refreshFailureClassOf(failure)
        when {
            replacement != null -> {
                val entry = serving.afterReplacement(stored.entry, replacement)
                writing.write(
                    shelf.clientEngine.client(),
                    Unwritten(stored.version, setOf(stored.entry.tokens.refreshToken), entry),
                )
                if (!cell.isScoped) cell.refuse()
            }
            failureClass == FailureClass.SESSION_OVER -> return refused(stored, failure)
            failureClass == FailureClass.DOUBT -> {
                val since = stored.entry.doubt?.since ?: engine.time.clock.instant()
                engine.tell(TokenEvent::InDoubt)
                markDoubt(stored, Doubt(since, abandonedAt = null))
                throw serving.inDoubt(failure)
            }
            else -> shelf.release(id, stored.version, session.owner)
        }
        throw failure
    }

    private suspend fun markDoubt(
        stored: VersionedEntry,
        doubt: Doubt,
    ) = try {
        session.remember(stored.entry.inDoubt(doubt), epoch)
        shelf.commit(id, stored.version, stored.entry.inDoubt(doubt))
    } catch (e: TokenSourceException) {
        // the lease runs out without a word, which says the same, to this instance too
        session.abandonLease()
        SourceLog.late(engine, "a doubt could not be written to the token store", e)
    }

    /** `invalid_grant`: the session is over; null where another one has renewed it meanwhile: look again. */
    private suspend fun refused(
        stored: VersionedEntry,
        failure: Throwable,
    ): Obtained? {
        val now = shelf.load(id)
        if (now != null && now.entry.tokens.refreshToken != stored.entry.tokens.refreshToken) return null
        session.remember(null, epoch)
        if (now == null || shelf.removeIfUnchanged(id, now.version, now.entry)) {
            session.refuseAll()
            engine.tell(TokenEvent::SignInRequired)
        }
        throw engine.signInRequired("the server refuses the refresh token", failure)
    }
}
