package dev.openidclient.tokensource

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TokenSourceException
import dev.openidclient.event.FailureClass
import dev.openidclient.event.TokenEvent
import dev.openidclient.token.refreshTokenGrant

/**
 * A refresh while the token store is out of reach, with what this process knows of the session
 * ([OnStoreOutage.REFRESH_ALONE]); what comes of it is written when the store is back.
 */
internal class UserRefreshAlone(
    private val shelf: UserShelf,
    private val session: UserSession,
    private val cell: UserSession.Cell,
) {
    private val engine = shelf.engine
    private val writing = UserWriting(shelf, session)
    private val serving = UserServing(shelf, session, cell)

    val isAllowed: Boolean get() = shelf.settings.onStoreOutage == OnStoreOutage.REFRESH_ALONE

    /** Throws [outage] where nothing can be done about it; null: the store is back, look again. */
    suspend fun obtain(
        client: OpenIdClient,
        outage: TokenSourceException,
    ): Obtained? {
        val isOutage = outage.code == ErrorCode.TOKEN_STORE_FAILED
        val known = (if (isAllowed && isOutage) known() else null) ?: throw outage
        val entry = known.entry
        serving.adopted(entry)?.let { return it }
        serving.whyNotRefreshable(entry)?.let { return serving.alive(entry) ?: throw engine.signInRequired(it) }
        if (entry.doubt != null && !serving.mayResend(entry)) {
            return serving.usable(entry) ?: throw serving.inDoubt(null)
        }
        return send(client, known)
    }

    /** What is to be in the store, or was there last, of whatever version. */
    private fun known(): Unwritten? =
        session.unwritten ?: session.last?.let { Unwritten(NO_VERSION, setOf(it.tokens.refreshToken), it) }

    @Suppress("SuspendFunSwallowedCancellation") // a flight of user tokens cannot be cancelled
    private suspend fun send(
        client: OpenIdClient,
        known: Unwritten,
    ): Obtained? {
        val tokens = known.entry.tokens
        session.sending(tokens.refreshToken)
        val refreshed =
            try {
                client.refreshTokenGrant(tokens) { addAll(cell.form) }
            } catch (
                // an engine or a key may throw anything, and the refresh token may be used up then too
                @Suppress("TooGenericExceptionCaught") e: Throwable,
            ) {
                failed(client, known, e)
            }
        session.lastSent = null
        val entry = serving.after(known.entry, refreshed, client)
        val obtained = serving.obtained(entry, refreshed)
        return obtained.takeIf { keep(client, known, entry) == null }
    }

    private suspend fun failed(
        client: OpenIdClient,
        known: Unwritten,
        failure: Throwable,
    ): Nothing {
        val replacement = replacementIn(failure)
        val failureClass = refreshFailureClassOf(failure)
        when {
            replacement != null -> {
                keep(client, known, serving.afterReplacement(known.entry, replacement))
                if (!cell.isScoped) cell.refuse()
            }
            failureClass == FailureClass.SESSION_OVER -> {
                session.forget()
                session.refuseAll()
                engine.tell(TokenEvent::SignInRequired)
                throw engine.signInRequired("the server refuses the refresh token", failure)
            }
            failureClass == FailureClass.DOUBT -> {
                engine.tell(TokenEvent::InDoubt)
                val since = known.entry.doubt?.since ?: engine.time.clock.instant()
                keep(client, known, known.entry.inDoubt(Doubt(since, abandonedAt = null)))
                throw serving.inDoubt(failure)
            }
        }
        throw failure
    }

    private suspend fun keep(
        client: OpenIdClient,
        known: Unwritten,
        entry: TokenEntry,
    ): TokenEntry? {
        // where an answer of the store was lost it may have what was not known to be written
        val sent = known.sent + known.entry.tokens.refreshToken
        val refreshed = known.refreshed(sent, entry)
        session.supersede(known, refreshed)
        return writing.write(client, refreshed)
    }

    private companion object {
        /** That of no entry: what is there is read before it is replaced. */
        const val NO_VERSION = -1L
    }
}
