package dev.openidclient.tokensource

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TokenSourceException
import dev.openidclient.event.TokenEvent
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.revoke
import kotlinx.coroutines.sync.withLock

/** How the tokens that a refresh brought get into the token store, now or later. */
internal class UserWriting(
    private val shelf: UserShelf,
    private val session: UserSession,
) {
    private val engine = shelf.engine
    private val id = session.id
    private val epoch = session.epoch

    /**
     * Writes [unwritten] in place of what was sent, and returns null; or what somebody else has put there meanwhile, as
     * a new sign-in. Where the store fails, this process keeps it, and writes it later.
     */
    suspend fun write(
        client: OpenIdClient,
        unwritten: Unwritten,
    ): TokenEntry? {
        val known = session.unwritten
        try {
            val other = written(client, unwritten)
            session.settle(known)
            session.remember(other ?: unwritten.entry, epoch)
            return other
        } catch (e: TokenSourceException) {
            if (e.code != ErrorCode.TOKEN_STORE_FAILED || !isWanted(unwritten)) {
                session.settle(known)
                throw e
            }
            writeLater(client, unwritten.failed(unwritten.failure ?: e))
            return null
        }
    }

    private suspend fun written(
        client: OpenIdClient,
        unwritten: Unwritten,
    ): TokenEntry? {
        var version = unwritten.version
        var attempts = 0
        while (!shelf.commit(id, version, unwritten.entry) { isWanted(unwritten) }) {
            val now = there(unwritten)
            val newer = if (isWanted(unwritten)) null else session.unwritten?.entry
            val other = now?.entry?.takeUnless(unwritten::replaces) ?: newer
            if (other != null) return other
            val isOver = if (unwritten.isSignIn) !isWanted(unwritten) else now == null
            if (isOver) throw ended(client, unwritten.entry.tokens)
            version = now?.version ?: NO_VERSION
            if (++attempts == MOST_WRITES) throw shelf.neverWritten()
        }
        return null
    }

    /** A sign-in needs nothing to be there: whoever ends the session meanwhile takes it from this process. */
    private fun isWanted(unwritten: Unwritten): Boolean = !unwritten.isSignIn || session.unwritten === unwritten

    /** Null where there is nothing. A sign-in goes in place of what nobody can read, too. */
    private suspend fun there(unwritten: Unwritten): There? =
        try {
            shelf.load(id)?.let { There(it.version, it.entry) }
        } catch (e: TokenSourceException) {
            if (!unwritten.isSignIn || e.code == ErrorCode.TOKEN_STORE_FAILED) throw e
            shelf.versionOf(id)?.let { There(it, entry = null) }
        }

    private class There(
        val version: Long,
        /** Null: it cannot be read. */
        val entry: TokenEntry?,
    )

    /** Keeps [unwritten] in this process, and writes it when the store is back. */
    fun writeLater(
        client: OpenIdClient,
        unwritten: Unwritten,
    ) {
        if (session.unwritten == null) engine.tell(TokenEvent::StoreWriteFailed)
        session.unwritten = unwritten
        beginWriting(client)
    }

    private fun beginWriting(client: OpenIdClient) {
        if (!session.isWriting.compareAndSet(false, true)) return
        engine.run(afterwards = {}) {
            try {
                writeLater(client)
            } finally {
                session.isWriting.set(false)
            }
            // what came while this one ended
            if (isDue() && !engine.isClosed) beginWriting(client)
        }
    }

    /** Until it is written, or its access token has expired: who asks then tries once more. */
    private suspend fun writeLater(client: OpenIdClient) {
        var failures = 0
        while (isDue()) {
            val isLast = !engine.pause(engine.rules.backOffs.outage.after(++failures, engine.time))
            try {
                session.turn.withLock { session.unwritten?.let { write(client, it) } }
            } catch (e: TokenSourceException) {
                // nobody waits for it; who asks next hears of it
                SourceLog.late(engine, "tokens that waited to be written are of no use any more", e)
            }
            if (isLast) return
        }
    }

    private fun isDue(): Boolean = session.unwritten?.let { isAlive(it) } == true

    private fun isAlive(unwritten: Unwritten) =
        session.hold(unwritten.entry).freshness(engine.time) != Freshness.EXPIRED

    /** A removed session never comes back: nobody is to have its tokens, so the server is told. */
    @Suppress("SuspendFunSwallowedCancellation") // a flight of user tokens cannot be cancelled
    private suspend fun ended(
        client: OpenIdClient,
        refreshed: TokenResponse,
    ): TokenSourceException {
        session.forget()
        try {
            client.revoke(refreshed.refreshToken ?: refreshed.accessToken)
        } catch (
            // whatever a transport of the program's own throws: the session is over all the same
            @Suppress("TooGenericExceptionCaught") e: Exception,
        ) {
            SourceLog.late(engine, "the tokens of a session that has ended could not be revoked", e)
        }
        return engine.signInRequired("the session has ended meanwhile")
    }

    private companion object {
        /** Each but the first follows a mark that another instance has written. */
        const val MOST_WRITES = 10

        /** That of no entry. */
        const val NO_VERSION = 0L
    }
}

internal fun SourceEngine.signInRequired(
    why: String,
    cause: Throwable? = null,
) = TokenSourceException(ErrorCode.SIGN_IN_REQUIRED, "$shown: $why: the user must sign in", cause)
