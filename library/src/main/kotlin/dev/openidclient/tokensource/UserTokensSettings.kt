package dev.openidclient.tokensource

import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.SharedStore
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import java.time.Duration

/** The settings of [UserTokens]. */
public class UserTokensSettings internal constructor() : TokenSourceSettings<UserTokensSettings>() {
    /**
     * Whether a refresh token is sent once more where the outcome of a refresh is not known. Default
     * [AfterDoubt.LAST_RESORT].
     */
    @set:JvmSynthetic // Java has the function
    public var afterDoubt: AfterDoubt = AfterDoubt.LAST_RESORT

    /** Sets [afterDoubt] and returns these settings: for Java. */
    public fun afterDoubt(afterDoubt: AfterDoubt): UserTokensSettings = apply { this.afterDoubt = afterDoubt }

    /**
     * How long the tokens of a session are kept after the last renewal, where the server does not say how long the
     * refresh token lives. Default 30 days.
     */
    @set:JvmSynthetic // Java has the function
    public var sessionLifetime: Duration = Duration.ofDays(DEFAULT_SESSION_DAYS)

    /** Sets [sessionLifetime] and returns these settings: for Java. */
    public fun sessionLifetime(sessionLifetime: Duration): UserTokensSettings =
        apply { this.sessionLifetime = sessionLifetime }

    /**
     * How many sessions are kept in the memory of this process; of more, the one that would end first has to go, which
     * signs its user out. A [store] has bounds of its own. Default 100 000.
     */
    @set:JvmSynthetic // Java has the function
    public var maximumEntries: Int = InMemoryTokenStore.DEFAULT_MAXIMUM_ENTRIES

    /** Sets [maximumEntries] and returns these settings: for Java. */
    public fun maximumEntries(maximumEntries: Int): UserTokensSettings = apply { this.maximumEntries = maximumEntries }

    /**
     * Keeps the tokens in [store], sealed with [cipher], for all instances of the service: each has the same store, the
     * same keys and the same [namespace]. The store stays open. Default: in the memory of this process.
     */
    public fun store(
        store: TokenStore,
        cipher: TokenCipher,
    ): UserTokensSettings = apply { shared = SharedStore(store, cipher) }

    /** Keeps the tokens in [store], which nobody else can read: for several of one process, as in tests. */
    public fun store(store: InMemoryTokenStore): UserTokensSettings =
        apply { shared = SharedStore(store, cipher = null) }

    /**
     * How long a fresh token is handed out without asking the store that others write too: so long may a sign-out at
     * another instance go unnoticed here. Zero: never. Default 5 seconds; without a [store] of its own, always.
     */
    @set:JvmSynthetic // Java has the function
    public var nearCopy: Duration = DEFAULT_NEAR_COPY
        set(value) {
            isNearCopySet = true
            field = value
        }

    /** Sets [nearCopy] and returns these settings: for Java. */
    public fun nearCopy(nearCopy: Duration): UserTokensSettings = apply { this.nearCopy = nearCopy }

    /** The time that one call of [store] or its cipher may take; then it counts as an outage. Default 1 second. */
    @set:JvmSynthetic // Java has the function
    public var storeTimeout: Duration = Duration.ofSeconds(1)

    /** Sets [storeTimeout] and returns these settings: for Java. */
    public fun storeTimeout(storeTimeout: Duration): UserTokensSettings = apply { this.storeTimeout = storeTimeout }

    /** Whether a refresh takes place while [store] is out of reach. Default [OnStoreOutage.FAIL]. */
    @set:JvmSynthetic // Java has the function
    public var onStoreOutage: OnStoreOutage = OnStoreOutage.FAIL

    /** Sets [onStoreOutage] and returns these settings: for Java. */
    public fun onStoreOutage(onStoreOutage: OnStoreOutage): UserTokensSettings =
        apply { this.onStoreOutage = onStoreOutage }

    /**
     * What tells the sessions of this service from those of others in the same [store], where session ids of two services
     * could be the same. Default empty.
     */
    @set:JvmSynthetic // Java has the function
    public var namespace: String = ""

    /** Sets [namespace] and returns these settings: for Java. */
    public fun namespace(namespace: String): UserTokensSettings = apply { this.namespace = namespace }

    internal var isIndexed: Boolean = false
        private set

    /**
     * Lets logout tokens of the server end sessions ([UserTokens.endSessions]): notes at each sign-in whose session it
     * is, in hashes, by `sub` and `sid` of the ID Token. Costs up to four calls of the store at a sign-in and two at a
     * sign-out, and none at a renewal. All instances say it; it knows of the sign-ins that came since.
     */
    public fun backChannelLogout(): UserTokensSettings = apply { isIndexed = true }

    internal var shared: SharedStore? = null
        private set

    private var isNearCopySet = false

    /** Null: nobody else writes. */
    internal val nearCopyLimit: Duration? get() = nearCopy.takeIf { shared != null || isNearCopySet }

    internal fun checkedMaximum(): Int {
        require(maximumEntries > 0) { "maximumEntries must be positive, but is $maximumEntries" }
        return maximumEntries
    }

    internal fun checked(): UserTokensSettings {
        requirePositive("sessionLifetime", sessionLifetime)
        requirePositive("storeTimeout", storeTimeout)
        requireNotNegative("nearCopy", nearCopy)
        return this
    }

    override fun self(): UserTokensSettings = this

    private companion object {
        const val DEFAULT_SESSION_DAYS = 30L
        val DEFAULT_NEAR_COPY: Duration = Duration.ofSeconds(5)
    }
}
