package dev.openidclient.tokensource

import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.SourceTime
import dev.openidclient.error.TokenSourceException
import dev.openidclient.event.ServedFrom
import dev.openidclient.token.TokenResponse

/** The store that a family of sources shares with other instances; null where the memory of this process has all. */
internal fun sharedShelf(
    clientEngine: ClientEngine,
    settings: SharedTokensSettings<*>,
): TokenShelf? {
    settings.checkSharing()
    return settings.shared?.let { TokenShelf(clientEngine, settings, it.store) }
}

/**
 * The tokens of one key that can be fetched at any time, by any instance: what a store has of them saves requests, and
 * nothing depends on it.
 */
internal abstract class FetchedCell(
    private val clientEngine: ClientEngine,
    /** Null: this process alone has them. */
    private val shelf: TokenShelf?,
    private val kind: String,
    private val key: String,
) : TokenCell(clientEngine.engine) {
    private val number = shelf?.nextNumber()
    private val nearCopyMillis = shelf?.nearCopyMillis ?: Long.MAX_VALUE

    /** Until when the store need not be asked, by [SourceTime.monotonicMillis]. */
    @Volatile
    private var nearUntil = Long.MIN_VALUE

    /** Of the store, one after the other. */
    private var failures = 0

    /** Whether the store may lack what is held here, or have what came before it. */
    @Volatile
    var isUnwritten: Boolean = false
        private set

    protected abstract suspend fun fetch(client: OpenIdClient): TokenResponse

    protected abstract fun lifeOf(tokens: TokenResponse): HeldTokens

    override suspend fun obtain(): Obtained {
        val client = clientEngine.client()
        val shelf = shelf ?: return fetched(client)
        val server = client.server.issuer
        // what is bound to a key is of no use to who has another one
        val id = shelf.idOf(kind, server, client.clientId, client.dpop?.thumbprint(), key)
        val shared = SharedFetch(shelf, this, client, Leaseholder(id, shelf.ownerOf(checkNotNull(number))))
        try {
            return shared.obtain().also { isUnwritten = shared.failure != null && it.from != ServedFrom.STORE }
        } finally {
            asked(shared.failure)
        }
    }

    suspend fun fetched(client: OpenIdClient): Obtained = Obtained(lifeOf(fetch(client)), ServedFrom.FLIGHT)

    /** What the store has; null where a caller has said that it is refused. What is held already knows its age best. */
    fun found(tokens: TokenResponse): HeldTokens? =
        if (isRefused(tokens)) null else known?.takeIf { it.tokens == tokens } ?: lifeOf(tokens)

    /** Whether [failure] says that nobody gets these tokens any more. */
    fun isEndedBy(failure: Throwable): Boolean = classOf(failure) in ENDS

    override fun isNearCopyValid(held: HeldTokens): Boolean = shelf == null || engine.time.monotonicMillis < nearUntil

    /** A store that fails is left alone for a while: callers would wait for it. */
    private fun asked(failure: TokenSourceException?) {
        failures = if (failure == null) 0 else failures + 1
        val pause = if (failure == null) 0 else engine.rules.backOffs.outage.after(failures, engine.time)
        nearUntil = engine.time.monotonicMillis + maxOf(nearCopyMillis, pause)
        if (failure != null) SourceLog.withoutStore(engine, failure, isFirst = failures == 1)
    }
}
