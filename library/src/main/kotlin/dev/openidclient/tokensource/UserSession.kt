package dev.openidclient.tokensource

import dev.openidclient.event.FailureClass
import dev.openidclient.http.Parameters
import dev.openidclient.token.TokenResponse
import kotlinx.coroutines.sync.Mutex
import java.util.concurrent.ConcurrentHashMap

/**
 * What this process knows of one session: a cell for its own access token, which has the form of nothing, and one for
 * each narrower form. One refresh token is for all of them, so their flights go one after the other.
 */
internal class UserSession(
    private val shelf: UserShelf,
    sessionId: String,
) {
    val id: String = shelf.idOf(sessionId)

    /** Who leases the entry. */
    val owner: String get() = shelf.ownerOf(number)

    private val number = shelf.nextNumber()

    /** Held by the flight that may use the refresh token. */
    val turn: Mutex = Mutex()

    /** The refresh token that was sent last: once more is worth a word. */
    @Volatile
    var lastSent: String? = null

    /** What the store could not take yet, and this process alone knows. */
    @Volatile
    var unwritten: Unwritten? = null

    private val cells = ConcurrentHashMap<String, Cell>()

    val isBusy: Boolean get() = unwritten != null || cells.values.any { it.isFlying }

    val isUseless: Boolean get() = cells.values.all { it.isUseless }

    val lastUsedAt: Long get() = cells.values.maxOfOrNull { it.lastUsedAt } ?: 0

    fun find(formKey: String): TokenCell? = cells[formKey]

    fun cell(
        formKey: String,
        form: Parameters,
    ): TokenCell = cells[formKey] ?: cells.computeIfAbsent(formKey) { Cell(form) }

    suspend fun put(entry: UserEntry) {
        replaceAll(null)
        shelf.put(id, entry)
        replaceAll(entry)
    }

    suspend fun remove() {
        replaceAll(null)
        shelf.remove(id)
        replaceAll(null)
    }

    suspend fun take(): TokenResponse? {
        replaceAll(null)
        val entry = shelf.take(id)
        replaceAll(null)
        return entry?.tokens
    }

    /** Before the store changes and after it, so that no flight brings back what it read in between. */
    private fun replaceAll(entry: UserEntry?) {
        unwritten = null
        for (cell in cells.values) cell.replace(null)
        if (entry != null) (cell("", Parameters.EMPTY) as Cell).replace(hold(entry))
    }

    fun hold(entry: UserEntry): HeldTokens =
        shelf.engine.rules.lifetime.hold(
            entry.tokens,
            shelf.engine.time,
            isRenewable = entry.tokens.refreshToken != null && (entry.doubt == null || shelf.resends(entry.doubt)),
        )

    /** The tokens for [form]; with [form] empty those of the session itself. */
    inner class Cell(
        val form: Parameters,
    ) : TokenCell(shelf.engine) {
        @Volatile
        private var loadedAt = engine.time.monotonicMillis

        val isScoped: Boolean get() = !form.isEmpty

        override suspend fun obtain(): Obtained {
            val obtained = UserRefresh(shelf, this@UserSession, this).obtain()
            loadedAt = engine.time.monotonicMillis
            return obtained
        }

        override fun classOf(failure: Throwable): FailureClass = failureClassOf(failure)

        override fun isNearCopyValid(held: HeldTokens): Boolean {
            val limit = shelf.settings.nearCopy ?: return true
            return isScoped || engine.time.monotonicMillis - loadedAt < limit.toMillis()
        }

        /** Another instance may have loaded what this one never saw. */
        override fun isHeld(tokens: TokenResponse): Boolean = known == null || super.isHeld(tokens)

        fun refuses(tokens: TokenResponse): Boolean = isRefused(tokens)
    }
}

/** An entry in place of the one of [version], whose refresh token was [sent]. */
internal class Unwritten(
    val version: Long,
    val sent: String?,
    val entry: UserEntry,
)
