package dev.openidclient.tokensource

import dev.openidclient.client.BackOff
import dev.openidclient.client.NanoTime
import dev.openidclient.client.SourceTime
import dev.openidclient.metadata.OpenIdClientDsl
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.asCoroutineDispatcher
import java.time.Clock
import java.time.Duration
import java.util.concurrent.Executor
import kotlin.coroutines.CoroutineContext

/**
 * What token sources have in common. Read once, when the source is made. [S] is the settings themselves, so that calls
 * chain.
 */
@OpenIdClientDsl
public abstract class TokenSourceSettings<S : TokenSourceSettings<S>> internal constructor() {
    /** For how long a token is used of which the server does not say how long it lives. Default 1 hour. */
    @set:JvmSynthetic // Java has the function
    public var lifetimeWhenUnknown: Duration = Duration.ofHours(1)

    /** Sets [lifetimeWhenUnknown] and returns these settings: for Java. */
    public fun lifetimeWhenUnknown(lifetimeWhenUnknown: Duration): S =
        self().apply { this.lifetimeWhenUnknown = lifetimeWhenUnknown }

    /**
     * How long before its end a token is renewed, while it is still handed out; of a token that lives shorter, the last
     * quarter. A fifth of it is left to chance. Default 5 minutes.
     */
    @set:JvmSynthetic // Java has the function
    public var refreshWindow: Duration = Duration.ofMinutes(DEFAULT_WINDOW_MINUTES)

    /** Sets [refreshWindow] and returns these settings: for Java. */
    public fun refreshWindow(refreshWindow: Duration): S = self().apply { this.refreshWindow = refreshWindow }

    /**
     * How long before its end a token is not handed out any more, unless no other one can be had; of a token that lives
     * shorter, the last tenth. Default 30 seconds.
     */
    @set:JvmSynthetic // Java has the function
    public var expiryMargin: Duration = Duration.ofSeconds(DEFAULT_MARGIN_SECONDS)

    /** Sets [expiryMargin] and returns these settings: for Java. */
    public fun expiryMargin(expiryMargin: Duration): S = self().apply { this.expiryMargin = expiryMargin }

    /**
     * Within which time [TokenSource.invalidate] makes a token be renewed once only: a resource server that refuses
     * everything must not wear out the authorization server. Default 10 seconds.
     */
    @set:JvmSynthetic // Java has the function
    public var forcedRenewalInterval: Duration = Duration.ofSeconds(DEFAULT_FORCED_SECONDS)

    /** Sets [forcedRenewalInterval] and returns these settings: for Java. */
    public fun forcedRenewalInterval(forcedRenewalInterval: Duration): S =
        self().apply { this.forcedRenewalInterval = forcedRenewalInterval }

    /** The longest `Retry-After` of a server that is obeyed; a longer one counts as this. Default 5 minutes. */
    @set:JvmSynthetic // Java has the function
    public var longestRetryAfter: Duration = Duration.ofMinutes(DEFAULT_RETRY_AFTER_MINUTES)

    /** Sets [longestRetryAfter] and returns these settings: for Java. */
    public fun longestRetryAfter(longestRetryAfter: Duration): S =
        self().apply { this.longestRetryAfter = longestRetryAfter }

    /**
     * Where renewals run: they outlive the callers who wait for them. A `Job` in it becomes the parent of the source's
     * own. Default: [Dispatchers.Default].
     */
    @set:JvmSynthetic // Java has executor
    @get:JvmSynthetic
    @Suppress("InjectDispatcher") // this is where it is injected
    public var coroutineContext: CoroutineContext = Dispatchers.Default

    /** Where renewals run: for Java, in place of [coroutineContext]. */
    public fun executor(executor: Executor): S = self().apply { coroutineContext = executor.asCoroutineDispatcher() }

    /** What a listener's events and log lines call the source. Default: nothing but its kind. */
    @set:JvmSynthetic // Java has the function
    public var name: String? = null

    /** Sets [name] and returns these settings: for Java. */
    public fun name(name: String?): S = self().apply { this.name = name }

    private var outage = BackOff(Duration.ofSeconds(1), Duration.ofMinutes(1))
    private var configuration =
        BackOff(Duration.ofSeconds(FIRST_CORRECTION_SECONDS), Duration.ofMinutes(LONGEST_MINUTES))

    /**
     * How long to wait after a failure that passes by itself, as an outage of the server: [first], doubling up to
     * [longest], more or less by a fifth. Default 1 and 60 seconds.
     */
    public fun outageBackOff(
        first: Duration,
        longest: Duration,
    ): S = self().apply { outage = checked("outageBackOff", first, longest) }

    /**
     * How long to wait after a failure that somebody has to mend, as a wrong secret: [first], doubling up to [longest],
     * more or less by a fifth. Default 10 seconds and 5 minutes.
     */
    public fun configurationBackOff(
        first: Duration,
        longest: Duration,
    ): S = self().apply { configuration = checked("configurationBackOff", first, longest) }

    /** Null: as [clock][SourceTime.clock] says. */
    internal var nanoTime: NanoTime? = null

    internal var random: (() -> Double)? = null

    internal abstract fun self(): S

    internal fun rules(): SourceRules {
        requirePositive("lifetimeWhenUnknown", lifetimeWhenUnknown)
        requireNotNegative("refreshWindow", refreshWindow)
        requireNotNegative("expiryMargin", expiryMargin)
        requireNotNegative("forcedRenewalInterval", forcedRenewalInterval)
        requireNotNegative("longestRetryAfter", longestRetryAfter)
        require(coroutineContext[Job]?.isActive != false) { "the Job in coroutineContext has ended already" }
        return SourceRules(
            LifetimeRule(expiryMargin, refreshWindow, lifetimeWhenUnknown),
            BackOffs(outage, configuration, longestRetryAfter),
            SourceTime.millis(forcedRenewalInterval),
        )
    }

    internal fun time(clock: Clock): SourceTime {
        val nanoTime = nanoTime ?: NanoTime.of(clock)
        return random?.let { SourceTime(clock, nanoTime, it) } ?: SourceTime(clock, nanoTime)
    }

    internal companion object {
        const val DEFAULT_WINDOW_MINUTES = 5L
        const val DEFAULT_MARGIN_SECONDS = 30L
        const val DEFAULT_FORCED_SECONDS = 10L
        const val DEFAULT_RETRY_AFTER_MINUTES = 5L
        const val FIRST_CORRECTION_SECONDS = 10L
        const val LONGEST_MINUTES = 5L

        fun requirePositive(
            name: String,
            value: Duration,
        ) = require(!value.isNegative && !value.isZero) { "$name must be positive, but is $value" }

        fun requireNotNegative(
            name: String,
            value: Duration,
        ) = require(!value.isNegative) { "$name must not be negative, but is $value" }

        private fun checked(
            name: String,
            first: Duration,
            longest: Duration,
        ): BackOff {
            requirePositive("the first wait of $name", first)
            require(
                first <= longest,
            ) { "the longest wait of $name must not be shorter than the first, but is $longest" }
            return BackOff(first, longest)
        }
    }
}

/** [TokenSourceSettings], checked and fixed. */
internal class SourceRules(
    val lifetime: LifetimeRule,
    val backOffs: BackOffs,
    val forcedRenewalMillis: Long,
)

/** How long to wait after which failure. */
internal class BackOffs(
    val outage: BackOff,
    val configuration: BackOff,
    val longestRetryAfter: Duration,
)
