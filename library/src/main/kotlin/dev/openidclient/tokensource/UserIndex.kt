package dev.openidclient.tokensource

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TokenSourceException
import dev.openidclient.token.LogoutToken
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock

/** A session as the index has it: hashes all, from which nobody and nothing can be told. */
internal class IndexedSession(
    /** The id in the store. */
    val id: String,
    /** Of the sign-in that the session is of: another one under the same id is another session. */
    val mark: String,
    /** Of the session at the server; empty where the server named none. */
    val serverSession: String,
) {
    fun encode(): String = "$id~$mark~$serverSession"

    companion object {
        private const val PARTS = 3

        fun decode(encoded: String): IndexedSession? =
            encoded.split('~').takeIf { it.size == PARTS }?.let { (id, mark, session) ->
                IndexedSession(id, mark, session)
            }
    }
}

/**
 * Which sessions are whose, beside them in the store: for each person (`iss` and `sub`) the sessions, and for each session
 * of the server (`iss` and `sid`) the person. Read and written at sign-in and sign-out only. It says where to look: what
 * is there decides, so what it says of a session that is no more does no harm.
 */
internal class UserIndex(
    private val shelf: UserShelf,
) {
    private val engine = shelf.engine

    /** Changes of one list by this process: one after the other, in place of failing one another. */
    private val turns = List(TURNS) { Mutex() }

    /** Notes the session [id], which [entry] will be of. Without an ID Token nothing can name it. */
    suspend fun add(
        id: String,
        entry: TokenEntry,
    ) {
        val claims = entry.tokens.claims ?: return
        val person = personOf(entry.tokens.clientId, claims.issuer, claims.subject)
        val serverSession = claims.sessionId?.let { serverSessionOf(entry.tokens.clientId, claims.issuer, it) }
        val added = IndexedSession(id, markOf(entry), serverSession.orEmpty())
        change(person) { known -> (known.filter { it.id != id } + added).takeLast(MOST_SESSIONS) }
        // last: who takes it away has found nobody in the list
        if (serverSession != null) shelf.putMark(serverSession, person)
    }

    /** The session [id], which [entry] is of now, where a logout came too early to end it; null: there was none. */
    suspend fun endedTooEarly(
        id: String,
        entry: TokenEntry,
    ): IndexedSession? {
        val claims = entry.tokens.claims ?: return null
        val known = load(personOf(entry.tokens.clientId, claims.issuer, claims.subject))?.second.orEmpty()
        val session = IndexedSession(id, markOf(entry), serverSession = "")
        val isKnown = known.any { it.id == id && it.mark == session.mark }
        return if (isKnown) null else session
    }

    /** Forgets the session [id], which [entry] was of. It is over, so a failure is nobody's. */
    suspend fun remove(
        id: String,
        entry: TokenEntry?,
    ) {
        val claims = entry?.tokens?.claims ?: return
        val clientId = entry.tokens.clientId
        try {
            val serverSession = claims.sessionId?.let { serverSessionOf(clientId, claims.issuer, it) }
            val mark = serverSession?.let { shelf.loadMark(it) }
            var isOfOthers = false
            change(personOf(clientId, claims.issuer, claims.subject)) { known ->
                val left = known.filter { it.id != id }
                isOfOthers = left.any { it.serverSession == serverSession }
                left
            }
            // unless a session that came meanwhile has put it once more
            if (mark != null && !isOfOthers) shelf.commitMark(serverSession, mark.version, "")
        } catch (e: TokenSourceException) {
            SourceLog.late(engine, "a session that has ended could not be taken from the index", e)
        }
    }

    /** Ends by [end] what [token] is about, each whatever becomes of the others; returns how many [end] has ended. */
    suspend fun endAll(
        token: LogoutToken,
        end: suspend (IndexedSession) -> Boolean,
    ): Int {
        val clientId = shelf.clientEngine.client().clientId
        val person = personOf(clientId, token) ?: return 0
        val found = load(person)?.second.orEmpty().filter { isMeant(it, clientId, token) }
        var failure: TokenSourceException? = null
        val handled =
            found.associateWith {
                try {
                    end(it)
                } catch (e: TokenSourceException) {
                    // one that cannot be read here is no reason to say that the others did not end
                    if (e.code != ErrorCode.TOKEN_STORE_UNREADABLE) failure = e
                    null
                }
            }
        val over = handled.filterValues { it != null }.keys.mapTo(HashSet()) { it.encode() }
        if (over.isNotEmpty()) change(person) { known -> known.filter { it.encode() !in over } }
        failure?.let { throw it }
        return handled.values.count { it == true }
    }

    private suspend fun personOf(
        clientId: String,
        token: LogoutToken,
    ): String? =
        token.subject?.let { personOf(clientId, token.issuer, it) }
            ?: token.sessionId?.let { shelf.loadMark(serverSessionOf(clientId, token.issuer, it))?.value }

    /** A session of which the server named no `sid` cannot be told from the person's others. */
    private fun isMeant(
        session: IndexedSession,
        clientId: String,
        token: LogoutToken,
    ): Boolean {
        val sid = token.sessionId ?: return true
        val isUntold = session.serverSession.isEmpty() && token.subject != null
        return isUntold || session.serverSession == serverSessionOf(clientId, token.issuer, sid)
    }

    fun markOf(entry: TokenEntry): String = digestOf("mark", entry.signIn)

    /** Two clients of one server may have one store. */
    private fun personOf(
        clientId: String,
        issuer: String,
        subject: String,
    ) = shelf.markIdOf("sub", clientId, issuer, subject)

    private fun serverSessionOf(
        clientId: String,
        issuer: String,
        sessionId: String,
    ) = shelf.markIdOf("sid", clientId, issuer, sessionId)

    /** The list of [person] with its version; null where there is none. */
    private suspend fun load(person: String): Pair<Long, List<IndexedSession>>? =
        shelf.loadMark(person)?.let { it.version to it.value.split('.').mapNotNull(IndexedSession::decode) }

    private suspend fun change(
        person: String,
        changed: (List<IndexedSession>) -> List<IndexedSession>,
    ) = turns[Math.floorMod(person.hashCode(), TURNS)].withLock {
        var attempts = 0
        while (!tryChange(person, changed)) if (++attempts == MOST_WRITES) throw shelf.neverWritten()
    }

    private suspend fun tryChange(
        person: String,
        changed: (List<IndexedSession>) -> List<IndexedSession>,
    ): Boolean {
        val known = load(person)
        val sessions = changed(known?.second.orEmpty())
        val value = sessions.joinToString(".") { it.encode() }
        // what is not there yet is made by one instance alone
        return shelf.commitMark(person, known?.first ?: NO_VERSION, value)
    }

    private companion object {
        const val TURNS = 64

        /** That of no entry. */
        const val NO_VERSION = 0L

        /** Of one person; of more, a logout that names the person alone ends those of the latest sign-ins. */
        const val MOST_SESSIONS = 100

        /** Each but the first follows another instance's change. */
        const val MOST_WRITES = 50
    }
}
