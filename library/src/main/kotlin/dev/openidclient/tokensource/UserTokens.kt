package dev.openidclient.tokensource

import dev.openidclient.client.CellMap
import dev.openidclient.client.ClientSource
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.SourceTime
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.error.TokenSourceException
import dev.openidclient.http.Parameters
import dev.openidclient.jose.randomValue
import dev.openidclient.token.LogoutToken
import dev.openidclient.token.TokenRequestBuilder
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.requireOwn
import dev.openidclient.token.revoke
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.TokenStore

/**
 * The tokens of signed-in users, each under the id of their session: renewed in time with the refresh token, which is
 * sent once for all callers, whoever of them gives up; kept where the server fails; and never sent twice where that
 * could end the session ([RFC 9700 §4.14](https://www.rfc-editor.org/rfc/rfc9700#section-4.14)).
 *
 * Held in memory, they end with the process, and their users sign in again; in a [TokenStore]
 * ([UserTokensSettings.store]) all instances of a service share them, and a refresh token is sent once by all of them. One
 * for each client, for the life of the program; [close] it at the end. Safe for any number of coroutines and threads at
 * once. The page `docs/tokens.md` shows how it is used.
 *
 * A session id is a secret of the program's own, best the random id of the browser's session; no name or address of a
 * person, or two browsers of one person share one session.
 */
public class UserTokens internal constructor(
    client: ClientSource,
    private val settings: UserTokensSettings,
    storeOf: (SourceTime) -> TokenStore,
) : AutoCloseable {
    /**
     * Throws [IllegalArgumentException] where the settings contradict themselves, or the client has no timeout.
     */
    @JvmOverloads
    public constructor(
        client: ClientSource,
        configure: UserTokensSettings.() -> Unit = {},
    ) : this(client, UserTokensSettings().apply(configure))

    internal constructor(client: ClientSource, settings: UserTokensSettings) : this(
        client,
        settings,
        { settings.shared?.store ?: InMemoryTokenStore(settings.checkedMaximum(), it.clock) },
    )

    private val clientEngine = ClientEngine(client, "user", settings, isUnstoppable = true)
    private val engine = clientEngine.engine
    private val shelf = shelfOf(settings.checked(), storeOf(engine.time))

    /** Null: no logout of the server ends sessions here. */
    private val index = if (settings.isIndexed) UserIndex(shelf) else null
    private val logouts =
        index?.let { index -> UserLogouts(engine) { token -> index.endAll(token) { end(it, index) } } }
    private val sessions = CellMap(MOST_NEAR_COPIES, engine.time, SessionTraits)

    /**
     * Keeps [tokens] under [sessionId], in place of what was there: after the sign-in. Throws
     * [IllegalArgumentException] where [sessionId] is empty, or [tokens] are another client's, or too long to be kept
     * (64 KiB); [IllegalStateException] where this is closed.
     */
    public suspend fun put(
        sessionId: String,
        tokens: TokenResponse,
    ) {
        requireId(sessionId)
        val entry = signIn(tokens, clientEngine.client())
        val session = session(sessionId)
        if (index == null) return session.put(entry)
        index.add(session.id, entry)
        session.put(entry)
        index.endedTooEarly(session.id, entry)?.let {
            end(it, index)
            // it may have been ended before this process knew the tokens
            session.forgetAll()
        }
    }

    private fun signIn(
        tokens: TokenResponse,
        client: OpenIdClient,
    ): TokenEntry {
        client.requireOwn(tokens)
        return TokenEntry(tokens, shelf.thumbprintOf(tokens, client), signIn = randomValue())
    }

    /** As [put], but a store that fails is no failure: this process hands the tokens out, and writes them later. */
    internal suspend fun keep(
        sessionId: String,
        tokens: TokenResponse,
    ) {
        requireId(sessionId)
        val client = clientEngine.client()
        session(sessionId).keep(signIn(tokens, client), client)
    }

    /** What [source] would hand out at once; null: only its `token()` may bring one. */
    internal fun usable(sessionId: String): TokenResponse? = sessions[sessionId]?.find("")?.usable()

    /**
     * The access tokens of [sessionId], which need not be there yet: [TokenSource.token] throws
     * [TokenSourceException] where it is not. [configure] names what a refresh asks for: with narrower scopes the
     * source has access tokens of its own, and shares the refresh token with the others of the session. Throws
     * [IllegalArgumentException] where [sessionId] is empty, [IllegalStateException] where this is closed.
     */
    @JvmOverloads
    public fun source(
        sessionId: String,
        configure: TokenRequestBuilder.() -> Unit = {},
    ): TokenSource {
        requireId(sessionId)
        val form = formOf(setOf("refresh_token"), configure)
        return Source(sessionId, form, keyOf(form))
    }

    /**
     * What is kept under [sessionId], without any request to the server, also where the access token has expired: for
     * the claims, or `id_token_hint` of a logout. Null where there is nothing.
     */
    public suspend fun load(sessionId: String): TokenResponse? {
        requireId(sessionId)
        val known = sessions[sessionId]?.unwritten?.entry ?: shelf.load(shelf.idOf(sessionId))?.entry
        return known?.tokens
    }

    /** Forgets the tokens of [sessionId]: a refresh on the way brings none back. The server still knows them. */
    public suspend fun remove(sessionId: String) {
        requireId(sessionId)
        val session = session(sessionId)
        if (index == null) session.remove() else index.remove(session.id, takeReadable(session))
        sessions.remove(sessionId)
    }

    /** What was removed; null also where it cannot be read, which is no reason to keep it. */
    private suspend fun takeReadable(session: UserSession): TokenEntry? =
        try {
            session.take()
        } catch (e: OAuthException) {
            // it is gone, whatever stands in the way of reading it: a key, or a client that is not there yet
            if (e.code == ErrorCode.TOKEN_STORE_FAILED) throw e
            null
        }

    /**
     * [remove], and then makes the server forget them ([RFC 7009](https://www.rfc-editor.org/rfc/rfc7009)): the refresh
     * token, or the access token where there is none. Throws [OAuthException] where the server does not; the session is
     * over here all the same.
     */
    public suspend fun revoke(sessionId: String) {
        requireId(sessionId)
        val session = session(sessionId)
        // what the store could not take yet is newer than what it has
        val unwritten = session.unwritten?.entry
        val entry = session.take()
        index?.remove(session.id, entry)
        sessions.remove(sessionId)
        revokeAll(listOfNotNull(unwritten, entry).distinctBy { it.signIn })
    }

    /** Each, whatever becomes of the others. */
    private suspend fun revokeAll(entries: List<TokenEntry>) {
        var failure: OAuthException? = null
        for (entry in entries) {
            try {
                clientEngine.client().revoke(entry.tokens.refreshToken ?: entry.tokens.accessToken)
            } catch (e: OAuthException) {
                failure?.let(e::addSuppressed)
                failure = e
            }
        }
        failure?.let { throw it }
    }

    /**
     * Ends the sessions that [logoutToken] is about, over all instances, as [remove] does; returns how many there were.
     * Those of its `sid`, or of no known `sid` where it names the person too; where it names none, all of its `sub`. Of
     * each person the latest 100 sign-ins are known. Another instance may hand out an access token of them for
     * [nearCopy][UserTokensSettings.nearCopy] still, and one that is about to end once more, while it asks the store: a
     * refresh on the way brings none back. An entry that
     * cannot be read here, as of a key that is gone, is not ended and not counted.
     *
     * Throws [TokenSourceException] where the store fails, after it has ended what it could. This process ends the rest as
     * soon as the store is back, for the server's post of [logoutToken] counts as seen; to call it again does no harm.
     * After [close] it tries once more, and then no longer. Throws [IllegalStateException] without
     * [backChannelLogout][UserTokensSettings.backChannelLogout] in the settings, or where this is closed.
     *
     * The page `docs/logout.md` shows it in a web application.
     */
    public suspend fun endSessions(logoutToken: LogoutToken): Int {
        engine.requireOpen()
        return checkNotNull(logouts) {
            "no session can be found by a logout token: say backChannelLogout() in the settings"
        }.end(logoutToken)
    }

    private suspend fun end(
        indexed: IndexedSession,
        index: UserIndex,
    ): Boolean {
        var isEnded = false
        var attempts = 0
        while (!isEnded) {
            val stored = shelf.load(indexed.id)
            if (stored == null || index.markOf(stored.entry) != indexed.mark) break
            isEnded = known(indexed.id)?.end(stored)
                ?: shelf.removeIfUnchanged(indexed.id, stored.version, stored.entry)
            if (!isEnded && ++attempts == MOST_TRIES) throw shelf.neverWritten()
        }
        // one that was made here meanwhile may have read what is gone now
        if (isEnded) known(indexed.id)?.forgetAll()
        return isEnded
    }

    private fun known(id: String): UserSession? = sessions.all.find { it.id == id }

    /** Without a store that others have too the index has one of its own, where it is in nobody's way. */
    private fun shelfOf(
        settings: UserTokensSettings,
        store: TokenStore,
    ): UserShelf {
        if (settings.shared != null || !settings.isIndexed) return UserShelf(clientEngine, settings, store)
        val most = minOf(2L * settings.maximumEntries, Int.MAX_VALUE.toLong()).toInt()
        return UserShelf(clientEngine, settings, store, marks = InMemoryTokenStore(most, engine.time.clock))
    }

    /**
     * Begins no more renewals; those on the way go on to their end, and what they bring is kept. Whoever asks afterwards
     * gets [IllegalStateException]. The client stays open: close it after [closed].
     */
    override fun close() {
        engine.finish()
    }

    /** Waits until the renewals on the way have ended, after [close]: no longer than the client's timeout. */
    public suspend fun closed() {
        engine.awaitEnd()
    }

    override fun toString(): String = "UserTokens(${engine.shown})"

    private fun requireId(sessionId: String) {
        engine.requireOpen()
        require(sessionId.isNotEmpty()) { "the session id must not be empty" }
    }

    private fun session(sessionId: String): UserSession =
        sessions[sessionId] ?: sessions.getOrMake(sessionId) { UserSession(shelf, sessionId) }

    private inner class Source(
        private val sessionId: String,
        private val form: Parameters,
        private val formKey: String,
    ) : TokenSource {
        override suspend fun token(): TokenResponse = cell().token()

        override fun invalidate(tokens: TokenResponse) = cell().invalidate(tokens)

        override fun state(): TokenState = sessions[sessionId]?.find(formKey)?.state() ?: TokenState.Unused

        private fun cell(): TokenCell = session(sessionId).cell(formKey, form)

        override fun toString(): String = "TokenSource(${engine.shown})"
    }

    private object SessionTraits : CellMap.Traits<UserSession> {
        override fun isBusy(cell: UserSession): Boolean = cell.isBusy

        override fun isUseless(cell: UserSession): Boolean = cell.isUseless

        override fun lastUsedAt(cell: UserSession): Long = cell.lastUsedAt

        /** It is in the store still. */
        override fun evicted(cell: UserSession) = Unit
    }

    private companion object {
        /** The others are read from the store when they are asked for. */
        const val MOST_NEAR_COPIES = 5_000

        /** Each but the first follows a refresh, or a mark of another instance. */
        const val MOST_TRIES = 10
    }
}
