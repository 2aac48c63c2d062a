package dev.openidclient.tokensource

import dev.openidclient.client.CellMap
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TokenSourceException
import dev.openidclient.event.FailureClass
import dev.openidclient.event.TokenEvent
import dev.openidclient.http.Parameters
import dev.openidclient.token.TokenResponse
import kotlinx.coroutines.sync.Mutex
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicInteger

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

    @Volatile
    private var number = shelf.nextNumber()

    /** Held by the flight that may use the refresh token. */
    val turn: Mutex = Mutex()

    /** The refresh token that was sent last, and is not known to be answered. */
    @Volatile
    var lastSent: String? = null

    /** What the store could not take yet, and this process alone knows. */
    @Volatile
    var unwritten: Unwritten? = null

    /** What is in the store, as far as this process knows, for a refresh without it; null where that is not allowed. */
    @Volatile
    var last: TokenEntry? = null
        private set

    /** Changes where all is forgotten: what was read before is not remembered any more. */
    @Volatile
    var epoch: Int = 0
        private set

    /** Whether something waits for the store to take what is [unwritten]. */
    val isWriting: AtomicBoolean = AtomicBoolean()

    private val cells = CellMap(MOST_FORMS, shelf.engine.time, FormTraits)

    /** How many put, remove or take this now. */
    private val changes = AtomicInteger()

    val isBusy: Boolean get() = changes.get() > 0 || unwritten != null || cells.all.any { it.isFlying }

    val isUseless: Boolean get() = last == null && cells.all.all { it.isUseless }

    val lastUsedAt: Long get() = cells.all.maxOfOrNull { it.lastUsedAt } ?: 0

    /** Lets the lease of this session run out without a word, as that of an instance that is no more. */
    fun abandonLease() {
        number = shelf.nextNumber()
    }

    /** The server has ended the session: no tokens of it are handed out any more. */
    fun refuseAll() = cells.all.forEach { it.refuse() }

    /** Nothing is known any more, but what the store has. */
    fun forget(): Unit =
        synchronized(this) {
            epoch++
            unwritten = null
            last = null
        }

    /** What comes in place of [known] is to be written now, unless that was forgotten meanwhile. */
    fun supersede(
        known: Unwritten,
        next: Unwritten,
    ): Unit =
        synchronized(this) {
            if (unwritten === known) unwritten = next
        }

    /** Nothing waits to be written any more, unless it has come after [known]. */
    fun settle(known: Unwritten?): Unit =
        synchronized(this) {
            if (unwritten === known) unwritten = null
        }

    /** The store has [entry], null for nothing, or has it as soon as it is back; it was read in [epoch]. */
    fun remember(
        entry: TokenEntry?,
        epoch: Int,
    ): Unit =
        synchronized(this) {
            if (epoch == this.epoch && shelf.settings.onStoreOutage == OnStoreOutage.REFRESH_ALONE) last = entry
        }

    /** A refresh token that is sent once more is worth a word. */
    fun sending(refreshToken: String?) {
        if (lastSent == refreshToken) shelf.engine.tell(TokenEvent::Resent)
        lastSent = refreshToken
    }

    fun find(formKey: String): TokenCell? = cells[formKey]

    fun cell(
        formKey: String,
        form: Parameters,
    ): Cell = cells[formKey] ?: cells.getOrMake(formKey) { Cell(form) }

    suspend fun put(entry: TokenEntry) {
        changing { shelf.put(id, entry) }
        remember(entry, epoch)
        cell("", Parameters.EMPTY).replace(hold(entry))
    }

    /** As [put], but what the store cannot take yet is handed out all the same, and written later. */
    suspend fun keep(
        entry: TokenEntry,
        client: OpenIdClient,
    ) {
        var before: Replaced? = null
        try {
            before = replaced()
            put(entry)
        } catch (e: TokenSourceException) {
            if (e.code != ErrorCode.TOKEN_STORE_FAILED) throw e
            forgetAll()
            val unwritten = Unwritten(before?.version ?: NO_VERSION, emptySet(), entry, e, isSignIn = true, before)
            UserWriting(shelf, this).writeLater(client, unwritten)
            cell("", Parameters.EMPTY).replace(hold(entry))
        }
    }

    /** What a sign-in goes in place of; null where that cannot be read, which is no reason to keep it. */
    private suspend fun replaced(): Replaced? =
        try {
            val stored = shelf.load(id)
            Replaced(stored?.version ?: NO_VERSION, stored?.entry?.signIn)
        } catch (e: TokenSourceException) {
            if (e.code == ErrorCode.TOKEN_STORE_FAILED) throw e
            null
        }

    suspend fun remove() = changing { shelf.remove(id) }

    suspend fun take(): TokenEntry? = changing { shelf.take(id) }

    /** Removes [stored] if it is still what the store has; false where it is not. */
    suspend fun end(stored: VersionedEntry): Boolean =
        changing { shelf.removeIfUnchanged(id, stored.version, stored.entry) }

    /** Nobody gets any more what this process knows of the session. */
    fun forgetAll() = changing { }

    /** Forgets all before the store changes and after it, however: no flight brings back what it read in between. */
    private inline fun <T> changing(change: () -> T): T {
        changes.incrementAndGet()
        try {
            replaceAll()
            return change()
        } finally {
            replaceAll()
            changes.decrementAndGet()
        }
    }

    private fun replaceAll() {
        forget()
        for (cell in cells.all) cell.replace(null)
    }

    /** The tokens of [entry]; where they are held already, those know their age though the clock was set back. */
    fun hold(entry: TokenEntry): HeldTokens {
        val isRenewable =
            entry.tokens.refreshToken != null && (entry.doubt == null || shelf.resends(entry.doubt))
        val known = cells[""]?.known
        if (known != null && known.isRenewable == isRenewable && known.tokens == entry.tokens) return known
        return shelf.engine.rules.lifetime.hold(entry.tokens, shelf.engine.time, isRenewable)
    }

    /** The tokens for [form]; with [form] empty those of the session itself. */
    inner class Cell(
        val form: Parameters,
    ) : TokenCell(shelf.engine) {
        @Volatile
        private var loadedAt = engine.time.monotonicMillis

        val isScoped: Boolean get() = !form.isEmpty

        /** The sign-in that what is held here is of. */
        @Volatile
        var signIn: String? = null

        override suspend fun obtain(): Obtained {
            val obtained = UserRefresh(shelf, this@UserSession, this).obtain()
            loadedAt = engine.time.monotonicMillis
            return obtained
        }

        override fun classOf(failure: Throwable): FailureClass = failureClassOf(failure)

        override fun isNearCopyValid(held: HeldTokens): Boolean {
            val limit = shelf.nearCopyMillis ?: return true
            return engine.time.monotonicMillis - loadedAt < limit
        }

        /** Another instance may have loaded what this one never saw. */
        override fun isHeld(tokens: TokenResponse): Boolean = known == null || super.isHeld(tokens)

        fun refuses(tokens: TokenResponse): Boolean = isRefused(tokens)
    }

    /** They can all be had again, with the refresh token of the session. */
    private object FormTraits : CellMap.Traits<Cell> {
        override fun isBusy(cell: Cell): Boolean = cell.isFlying

        override fun isUseless(cell: Cell): Boolean = false

        override fun lastUsedAt(cell: Cell): Long = cell.lastUsedAt

        override fun evicted(cell: Cell) = Unit
    }

    private companion object {
        const val MOST_FORMS = 100

        /** That of no entry. */
        const val NO_VERSION = 0L
    }
}

/** An entry in place of the one of [version], which has one of the refresh tokens that were [sent]. */
internal class Unwritten(
    val version: Long,
    val sent: Set<String?>,
    val entry: TokenEntry,
    /** Why it could not be written at first. */
    val failure: TokenSourceException? = null,
    /** Whether it is of a new sign-in, which needs nothing to be there. */
    val isSignIn: Boolean = false,
    /** What the sign-in goes in place of; null: that is not known. */
    private val replaced: Replaced? = null,
) {
    fun failed(failure: TokenSourceException): Unwritten = Unwritten(version, sent, entry, failure, isSignIn, replaced)

    /** Whether this goes in place of [other]: not of what somebody has signed in for meanwhile. */
    fun replaces(other: TokenEntry): Boolean =
        when {
            // nothing but a mark was written, or an answer of the store was lost
            other.tokens.refreshToken in sent -> true
            !isSignIn || other.signIn == entry.signIn -> false
            replaced != null -> other.signIn == replaced.signIn
            else -> other.tokens.receivedAt <= entry.tokens.receivedAt
        }

    /** The same with what came for the refresh tokens that were [sent]. */
    fun refreshed(
        sent: Set<String?>,
        entry: TokenEntry,
    ): Unwritten = Unwritten(version, sent, entry, failure = null, isSignIn, replaced)
}

/** What is in the store before a sign-in, to tell it from another sign-in. */
internal class Replaced(
    val version: Long,
    /** Null: there is nothing. */
    val signIn: String?,
)
