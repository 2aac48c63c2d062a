package dev.openidclient.tokensource

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TokenSourceException
import dev.openidclient.event.TokenEvent
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.revoke
import kotlinx.coroutines.delay
import kotlinx.coroutines.sync.withLock

/** How the tokens that a refresh brought get into the token store, now or later. */
internal class UserWriting(
    private val shelf: UserShelf,
    private val session: UserSession,
) {
    private val engine = shelf.engine
    private val id = session.id

    /**
     * Writes [unwritten] in place of what was sent, and returns null; or what somebody else has put there meanwhile, as
     * a new sign-in. Where the store fails, this process keeps it, and writes it later.
     */
    suspend fun write(
        client: OpenIdClient,
        unwritten: Unwritten,
    ): UserEntry? =
        try {
            var version = unwritten.version
            var other: UserEntry? = null
            var attempts = 0
            while (other == null && !shelf.commit(id, version, unwritten.entry)) {
                val now = shelf.load(id) ?: throw ended(client, unwritten.entry.tokens)
                // the refresh token that was sent: nothing but a mark was written
                if (now.entry.tokens.refreshToken != unwritten.sent) other = now.entry
                version = now.version
                if (++attempts == MOST_WRITES) throw shelf.neverWritten()
            }
            session.unwritten = null
            session.last = other ?: unwritten.entry
            other
        } catch (e: TokenSourceException) {
            if (e.code != ErrorCode.TOKEN_STORE_FAILED) {
                session.unwritten = null
                throw e
            }
            val isFirst = session.unwritten == null
            session.unwritten = unwritten.failed(unwritten.failure ?: e)
            if (isFirst) {
                engine.tell(TokenEvent::StoreWriteFailed)
                engine.run(afterwards = {}) { writeLater(client) }
            }
            null
        }

    /** Until it is written, or its access token has expired: who asks then tries once more. */
    private suspend fun writeLater(client: OpenIdClient) {
        var failures = 0
        while (session.unwritten?.let { isAlive(it) } == true && !engine.isClosed) {
            delay(engine.rules.backOffs.outage.after(++failures, engine.time))
            try {
                session.turn.withLock { session.unwritten?.let { write(client, it) } }
            } catch (e: TokenSourceException) {
                // nobody waits for it; who asks next hears of it
                SourceLog.late(engine, "tokens that waited to be written are of no use any more", e)
            }
        }
    }

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
    }
}

internal fun SourceEngine.signInRequired(
    why: String,
    cause: Throwable? = null,
) = TokenSourceException(ErrorCode.SIGN_IN_REQUIRED, "$shown: $why: the user must sign in", cause)
