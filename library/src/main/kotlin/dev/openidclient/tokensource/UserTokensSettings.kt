package dev.openidclient.tokensource

import dev.openidclient.tokenstore.InMemoryTokenStore
import java.time.Duration

/** The settings of [UserTokens]. */
public class UserTokensSettings internal constructor() : SharedTokensSettings<UserTokensSettings>() {
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

    /** Whether a refresh takes place while [store] is out of reach. Default [OnStoreOutage.FAIL]. */
    @set:JvmSynthetic // Java has the function
    public var onStoreOutage: OnStoreOutage = OnStoreOutage.FAIL

    /** Sets [onStoreOutage] and returns these settings: for Java. */
    public fun onStoreOutage(onStoreOutage: OnStoreOutage): UserTokensSettings =
        apply { this.onStoreOutage = onStoreOutage }

    internal var isIndexed: Boolean = false
        private set

    /**
     * Lets logout tokens of the server end sessions ([UserTokens.endSessions]): notes at each sign-in whose session it
     * is, in hashes, by `sub` and `sid` of the ID Token. Costs up to four calls of the store at a sign-in and at a
     * sign-out, and none at a renewal. All instances say it; it knows of the sign-ins that came since.
     */
    public fun backChannelLogout(): UserTokensSettings = apply { isIndexed = true }

    internal fun checkedMaximum(): Int {
        require(maximumEntries > 0) { "maximumEntries must be positive, but is $maximumEntries" }
        return maximumEntries
    }

    internal fun checked(): UserTokensSettings {
        requirePositive("sessionLifetime", sessionLifetime)
        checkSharing()
        return this
    }

    override fun self(): UserTokensSettings = this

    private companion object {
        const val DEFAULT_SESSION_DAYS = 30L
    }
}
