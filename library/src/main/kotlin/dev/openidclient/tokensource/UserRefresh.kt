package dev.openidclient.tokensource

import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.end
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TokenSourceException
import dev.openidclient.event.FailureClass
import dev.openidclient.event.ServedFrom
import dev.openidclient.event.TokenEvent
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.tokenstore.Lease
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
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
    private val writing = UserWriting(shelf, session)

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
        val stored = shelf.load(id) ?: throw engine.signInRequired("there are no tokens for this session")
        val entry = stored.entry
        adopted(entry)?.let { return it }
        whyNotRefreshable(entry)?.let { return alive(entry) ?: throw engine.signInRequired(it) }
        if (entry.doubt != null && !mayResend(entry)) return usable(entry) ?: throw inDoubt(null)
        if (isOtherOneRunning(stored, timeout, patience)) {
            usable(entry)?.let { return it }
            patience.pause("another instance's refresh of this session to end")
            return null
        }
        return when (val lease = shelf.lease(id, stored.version, session.owner)) {
            is Lease.Changed -> {
                patience.pause("the token store, where this session changes all the time")
                null
            }
            is Lease.Gone -> throw engine.signInRequired("there are no tokens for this session any more")
            is Lease.Held ->
                usable(entry) ?: run {
                    patience.pause("another instance's refresh of this session to end", lease.remaining)
                    null
                }
            is Lease.Acquired ->
                if (lease.abandoned) {
                    val now = engine.time.clock.instant()
                    val doubt = Doubt(entry.doubt?.since ?: now, abandonedAt = now)
                    engine.tell(TokenEvent::InDoubt)
                    shelf.commit(id, stored.version, entry.inDoubt(doubt))
                    null
                } else {
                    send(client, stored)
                }
        }
    }

    /** What is fresh by now, without a request: another one has renewed it. */
    private fun adopted(entry: UserEntry): Obtained? =
        usable(entry)?.takeUnless { it.held.isRenewable && isStale(it.held) }

    private fun isStale(held: HeldTokens) = held.freshness(engine.time) == Freshness.STALE

    /** What can be handed out, though it may be time for another one. */
    private fun usable(entry: UserEntry): Obtained? {
        val held = held(entry) ?: return null
        return when (held.freshness(engine.time)) {
            Freshness.FRESH, Freshness.STALE -> stored(held)
            Freshness.LAST_RESORT, Freshness.EXPIRED -> null
        }
    }

    /** What lives at all: there will be no other one. */
    private fun alive(entry: UserEntry): Obtained? =
        held(entry)?.takeIf { it.freshness(engine.time) != Freshness.EXPIRED }?.let(::stored)

    /** The tokens of [entry]; for narrower scopes, which stand in no store, what is here of the same sign-in. */
    private fun held(entry: UserEntry): HeldTokens? =
        when {
            cell.isScoped -> cell.known?.takeIf { cell.signIn == entry.signIn && !cell.refuses(it.tokens) }
            entry.isRefused || cell.refuses(entry.tokens) -> null
            else -> session.hold(entry)
        }

    private fun stored(held: HeldTokens) = Obtained(held, ServedFrom.STORE)

    private fun whyNotRefreshable(entry: UserEntry): String? {
        val end = entry.tokens.kept.refreshTokenExpiresAt
        return when {
            entry.tokens.refreshToken == null ->
                "the access token has expired, and the server has issued no refresh token"
            end != null && engine.time.clock.instant() >= end -> "the refresh token has expired"
            else -> null
        }
    }

    /** Whether the refresh token, of which it is not known whether it is used up, may be sent once more. */
    private fun mayResend(entry: UserEntry): Boolean {
        val doubt = entry.doubt ?: return true
        return when (shelf.settings.afterDoubt) {
            is AfterDoubt.Never -> false
            is AfterDoubt.LastResort -> isUsedUp(entry)
            is AfterDoubt.Within -> shelf.resends(doubt) || isUsedUp(entry)
        }
    }

    /** Whether there is nothing left to lose: the access token of the session itself cannot be used any more. */
    private fun isUsedUp(entry: UserEntry): Boolean =
        entry.isRefused || cell.refuses(entry.tokens) ||
            session.hold(entry).freshness(engine.time).let { it == Freshness.LAST_RESORT || it == Freshness.EXPIRED }

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
        if (session.lastSent == tokens.refreshToken) engine.tell(TokenEvent::Resent)
        session.lastSent = tokens.refreshToken
        val refreshed =
            try {
                renewingLease(stored.version) { client.refreshTokenGrant(tokens) { addAll(cell.form) } }
            } catch (
                // an engine or a key may throw anything, and the refresh token may be used up then too
                @Suppress("TooGenericExceptionCaught") e: Throwable,
            ) {
                return failed(stored, e)
            }
        session.lastSent = null
        return keep(client, stored, refreshed)
    }

    private suspend fun <T> renewingLease(
        version: Long,
        send: suspend () -> T,
    ): T =
        coroutineScope {
            val renewal =
                launch {
                    while (true) {
                        delay(RENEWAL_MILLIS)
                        try {
                            shelf.renew(id, version, session.owner)
                        } catch (e: TokenSourceException) {
                            SourceLog.late(engine, "a lease could not be renewed", e)
                        }
                    }
                }
            try {
                send()
            } finally {
                renewal.end()
            }
        }

    /** Writes [refreshed], and then hands it out; null where somebody else has put something there: look again. */
    private suspend fun keep(
        client: OpenIdClient,
        stored: VersionedEntry,
        refreshed: TokenResponse,
    ): Obtained? {
        val entry = if (cell.isScoped) rotated(stored.entry, refreshed) else entryOf(refreshed, stored.entry, client)
        val scoped = if (cell.isScoped) engine.rules.lifetime.hold(refreshed, engine.time) else null
        val obtained = Obtained(scoped ?: session.hold(entry), ServedFrom.FLIGHT)
        cell.signIn = entry.signIn
        val other = writing.write(client, Unwritten(stored.version, stored.entry.tokens.refreshToken, entry))
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
        return usable(unwritten.entry) ?: throw TokenSourceException(
            ErrorCode.TOKEN_STORE_FAILED,
            "${engine.shown}: the last tokens of this session could not be written to the token store yet$why",
            unwritten.failure,
        )
    }

    private fun entryOf(
        refreshed: TokenResponse,
        before: UserEntry,
        client: OpenIdClient,
    ): UserEntry = UserEntry(refreshed, shelf.thumbprintOf(refreshed, client), before.signIn)

    /** [entry] with the refresh token, and its end, that an answer for narrower scopes brought. */
    private fun rotated(
        entry: UserEntry,
        refreshed: TokenResponse,
    ): UserEntry {
        val refreshToken = refreshed.refreshToken ?: entry.tokens.refreshToken
        val end = refreshed.kept.refreshTokenExpiresAt
        val isSame = refreshToken == entry.tokens.refreshToken && end == entry.tokens.kept.refreshTokenExpiresAt
        val tokens = if (isSame) entry.tokens else entry.tokens.withRefreshToken(checkNotNull(refreshToken), end)
        return UserEntry(tokens, entry.thumbprint, entry.signIn, doubt = null, entry.isRefused)
    }

    private suspend fun failed(
        stored: VersionedEntry,
        failure: Throwable,
    ): Obtained? {
        val replacement = replacementIn(failure)
        val failureClass = refreshFailureClassOf(failure)
        when {
            replacement != null -> {
                val tokens = stored.entry.tokens.withRefreshToken(replacement)
                val entry = UserEntry(tokens, stored.entry.thumbprint, stored.entry.signIn, isRefused = !cell.isScoped)
                writing.write(
                    shelf.clientEngine.client(),
                    Unwritten(stored.version, stored.entry.tokens.refreshToken, entry),
                )
                if (!cell.isScoped) cell.refuse()
            }
            failureClass == FailureClass.SESSION_OVER -> return refused(stored, failure)
            failureClass == FailureClass.DOUBT -> {
                val since = stored.entry.doubt?.since ?: engine.time.clock.instant()
                engine.tell(TokenEvent::InDoubt)
                markDoubt(stored, Doubt(since, abandonedAt = null))
                throw inDoubt(failure)
            }
            else -> release(stored)
        }
        throw failure
    }

    private suspend fun markDoubt(
        stored: VersionedEntry,
        doubt: Doubt,
    ) = try {
        shelf.commit(id, stored.version, stored.entry.inDoubt(doubt))
    } catch (e: TokenSourceException) {
        // the lease runs out without a word, which says the same, to this instance too
        session.abandonLease()
        SourceLog.late(engine, "a doubt could not be written to the token store", e)
    }

    private suspend fun release(stored: VersionedEntry) =
        try {
            shelf.release(id, stored.version, session.owner)
        } catch (e: TokenSourceException) {
            SourceLog.late(engine, "a lease could not be ended", e)
        }

    /** `invalid_grant`: the session is over; null where another one has renewed it meanwhile: look again. */
    private suspend fun refused(
        stored: VersionedEntry,
        failure: Throwable,
    ): Obtained? {
        val now = shelf.load(id)
        if (now != null && now.entry.tokens.refreshToken != stored.entry.tokens.refreshToken) return null
        if (now == null || shelf.removeIfUnchanged(id, now.version, now.entry)) {
            session.refuseAll()
            engine.tell(TokenEvent::SignInRequired)
        }
        throw engine.signInRequired("the server refuses the refresh token", failure)
    }

    private fun inDoubt(cause: Throwable?) =
        TokenSourceException(
            ErrorCode.REFRESH_IN_DOUBT,
            "${engine.shown}: the outcome of the last refresh is not known, so the refresh token may be used up" +
                (if (shelf.settings.afterDoubt is AfterDoubt.Never) ": the user must sign in (afterDoubt)" else ""),
            cause,
        )

    private companion object {
        const val RENEWAL_MILLIS = 5_000L
    }
}

/** Whether [doubt] is so young that the refresh token is sent once more at once. */
internal fun UserShelf.resends(doubt: Doubt): Boolean {
    val policy = settings.afterDoubt as? AfterDoubt.Within ?: return false
    return isWithin(policy.duration, doubt.since, engine.time.clock.instant())
}

private fun isWithin(
    duration: Duration,
    since: Instant,
    now: Instant,
): Boolean = Duration.between(since, now) < duration
