package dev.openidclient.tokensource

import dev.openidclient.client.Failing
import dev.openidclient.client.SourceTime
import dev.openidclient.client.codeOf
import dev.openidclient.client.forOneWaiter
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.error.TransportException
import dev.openidclient.event.FailureClass
import dev.openidclient.event.ServedFrom
import dev.openidclient.event.ServedState
import dev.openidclient.event.TokenEvent
import dev.openidclient.token.TokenResponse
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive
import java.time.Duration

/** What a flight has brought. */
internal class Obtained(
    val held: HeldTokens,
    val from: ServedFrom,
)

/** How a flight ended: [obtained], or [failure]. */
private class Landing(
    val obtained: Obtained?,
    val failure: Throwable?,
)

/**
 * The tokens of one key: what is held, the one flight that renews them, and how long nothing is to be tried. Whoever
 * asks gets what is usable at once, and else waits for the flight, which runs in the engine's coroutines: who is
 * cancelled stops waiting, and nothing else.
 */
internal abstract class TokenCell(
    protected val engine: SourceEngine,
) {
    private val lock = Any()

    @Volatile
    private var held: HeldTokens? = null
    private var flight: CompletableDeferred<Landing>? = null

    @Volatile
    private var failing: Failing? = null

    /** The access token that a caller says is refused. */
    private var refusedToken: String? = null

    /** When a renewal was last forced, by [SourceTime.monotonicMillis]. */
    private var forcedAt: Long? = null

    /** Raised by whatever replaces the tokens from outside, so that a flight does not bring older ones back. */
    private var generation = 0L

    /** Of when the attempt began that runs. */
    private var flownGeneration = 0L

    /** By [SourceTime.monotonicNanos]. */
    @Volatile
    var lastUsedAt: Long = engine.time.monotonicNanos
        private set

    val isFlying: Boolean get() = synchronized(lock) { flight != null }

    /** Nothing is held, and there is nothing to wait for either. */
    val isUseless: Boolean get() =
        !isFlying &&
            held.let { it == null || it.freshness(engine.time) == Freshness.EXPIRED } &&
            heldBackMillis == 0L &&
            !synchronized(lock) { isForcedLately() }

    private fun isForcedLately(): Boolean =
        forcedAt?.let { engine.time.monotonicMillis - it < engine.rules.forcedRenewalMillis } == true

    /** The tokens that this process knows, however old. */
    val known: HeldTokens? get() = held

    /** Brings tokens, in a coroutine of the engine's; whatever it throws is a failure. */
    protected abstract suspend fun obtain(): Obtained

    protected abstract fun classOf(failure: Throwable): FailureClass

    /** Whether what is held may be handed out without asking where it is from. */
    protected open fun isNearCopyValid(held: HeldTokens): Boolean = true

    /** After a flight that brought tokens. */
    protected open fun landed(held: HeldTokens) = Unit

    // no code after the call that may suspend: a fresh token is handed out without any allocation
    suspend fun token(): TokenResponse = usable() ?: awaited()

    /** What can be handed out at once; null: only [token] may bring one. */
    fun usable(): TokenResponse? {
        val held = held ?: return null
        val now = engine.time.monotonicNanos
        lastUsedAt = now
        return when (held.freshness(engine.time, now)) {
            Freshness.FRESH -> if (isNearCopyValid(held)) served(held, ServedFrom.MEMORY, ServedState.FRESH) else null
            Freshness.STALE -> {
                if (held.isRenewable || !isNearCopyValid(held)) renew()
                served(held, ServedFrom.MEMORY, ServedState.STALE)
            }
            Freshness.LAST_RESORT, Freshness.EXPIRED -> null
        }
    }

    private fun served(
        held: HeldTokens,
        from: ServedFrom,
        state: ServedState,
    ): TokenResponse {
        engine.requireOpen()
        engine.tell { TokenEvent.Served(it, from, state, held.endsAt) }
        return held.tokens
    }

    /** Starts a flight, unless there is one or nothing is to be tried yet. */
    fun renew() {
        joined()
    }

    private suspend fun awaited(): TokenResponse {
        lastUsedAt = engine.time.monotonicNanos
        val landing = joined().await()
        val obtained = landing.obtained ?: return kept() ?: throw forOneWaiter(checkNotNull(landing.failure))
        // one that lives for no time is for whoever waits for it
        val state = stateOf(obtained.held) ?: ServedState.LAST_RESORT
        engine.tell { TokenEvent.Served(it, obtained.from, state, obtained.held.endsAt) }
        return obtained.held.tokens
    }

    private fun stateOf(held: HeldTokens): ServedState? =
        when (held.freshness(engine.time)) {
            Freshness.FRESH -> ServedState.FRESH
            Freshness.STALE -> ServedState.STALE
            Freshness.LAST_RESORT -> ServedState.LAST_RESORT
            Freshness.EXPIRED -> null
        }

    /** What is held, as long as it lives at all; where no other token can be had that is better than nothing. */
    private fun kept(): TokenResponse? {
        val held = held ?: return null
        return stateOf(held)?.let { served(held, ServedFrom.MEMORY, it) }
    }

    /** The flight to wait for, started if need be; while nothing is to be tried, one that has failed already. */
    private fun joined(): CompletableDeferred<Landing> {
        val started: CompletableDeferred<Landing>
        synchronized(lock) {
            if (engine.isClosed) return CompletableDeferred(Landing(null, engine.ended(null)))
            flight?.let { return it }
            // the flight before has landed since the asker looked
            fresh()?.let { return CompletableDeferred(Landing(Obtained(it, ServedFrom.MEMORY), null)) }
            failing?.takeIf { engine.time.monotonicMillis < it.notBefore }?.let {
                return CompletableDeferred(Landing(null, it.cause))
            }
            started = CompletableDeferred()
            flight = started
        }
        engine.run(afterwards = { ended(started, it) }) { fly(started) }
        return started
    }

    private fun fresh(): HeldTokens? =
        held?.takeIf { it.freshness(engine.time) == Freshness.FRESH && isNearCopyValid(it) }

    private fun ended(
        flight: CompletableDeferred<Landing>,
        cause: Throwable?,
    ) {
        if (flight.isCompleted) return
        synchronized(lock) { if (this.flight === flight) this.flight = null }
        flight.complete(Landing(null, engine.ended(cause)))
    }

    private suspend fun fly(flight: CompletableDeferred<Landing>) {
        // what was replaced meanwhile is not brought back, and its failure is none of what came in its place
        do {
            val before = synchronized(lock) { generation.also { flownGeneration = it } }
            val isOver =
                try {
                    succeeded(obtain(), before, flight)
                } catch (e: CancellationException) {
                    // the source is closed, or what brings the tokens was cancelled by itself
                    if (!currentCoroutineContext().isActive) throw e
                    failed(cancelled(e), before, flight)
                } catch (
                    // every waiter hears of it, whatever it is
                    @Suppress("TooGenericExceptionCaught") e: Throwable,
                ) {
                    failed(e, before, flight)
                }
        } while (!isOver)
    }

    /** What the flight has found on its way: it is handed out where nothing better comes of it. */
    fun learn(found: HeldTokens) {
        synchronized(lock) {
            val isBetter = held.let { it == null || it.freshness(engine.time) > found.freshness(engine.time) }
            if (isBetter && generation == flownGeneration && found.tokens.accessToken != refusedToken) held = found
        }
    }

    private fun cancelled(cause: CancellationException) =
        TransportException(ErrorCode.TIMEOUT, "${engine.shown}: what brings the tokens was cancelled by itself", cause)

    /** False, and nothing happens, where somebody has replaced the tokens since [before]. */
    private fun succeeded(
        obtained: Obtained,
        before: Long,
        flight: CompletableDeferred<Landing>,
    ): Boolean {
        val held = obtained.held
        val recovered: Failing?
        synchronized(lock) {
            if (generation != before) return false
            this.flight = null
            // a lifetime of zero is for those who wait for it, and for nobody after them
            if (held.lifetimeMillis > 0 && !isRefusedCopy(obtained)) hold(held)
            recovered = failing
            failing = null
        }
        recovered?.let { SourceLog.recovered(engine, it) }
        if (obtained.from == ServedFrom.FLIGHT) engine.tell { TokenEvent.Obtained(it, held.endsAt) }
        landed(held)
        flight.complete(Landing(obtained, null))
        return true
    }

    /** Read from where it is kept before a caller said that it is refused. */
    private fun isRefusedCopy(obtained: Obtained): Boolean =
        obtained.from != ServedFrom.FLIGHT && obtained.held.tokens.accessToken == refusedToken

    private fun hold(held: HeldTokens) {
        this.held = held
        refusedToken = null
    }

    /** False, and nothing happens, where somebody has replaced the tokens since [before]. */
    private fun failed(
        failure: Throwable,
        before: Long,
        flight: CompletableDeferred<Landing>,
    ): Boolean {
        val failureClass = classOf(failure)
        val now = engine.time.monotonicMillis
        val earlier: Failing?
        synchronized(lock) {
            if (generation != before) return false
            if (this.flight === flight) this.flight = null
            earlier = failing
            val count = (earlier?.count ?: 0) + 1
            val since = earlier?.since ?: engine.time.clock.instant()
            failing = Failing(failure, since, count, now + pause(failureClass, failure, count))
            // whoever ended it meant the tokens that are out there too
            if (failureClass in ENDS) held = null
        }
        SourceLog.failed(engine, failureClass, failure, isFirst = earlier == null)
        engine.tell { TokenEvent.RefreshFailed(it, failureClass, codeOf(failure)) }
        flight.complete(Landing(null, failure))
        return true
    }

    private fun pause(
        failureClass: FailureClass,
        failure: Throwable,
        count: Int,
    ): Long =
        with(engine.rules.backOffs) {
            when (failureClass) {
                FailureClass.OUTAGE, FailureClass.DOUBT, FailureClass.STORE ->
                    maxOf(
                        outage.after(count, engine.time),
                        SourceTime.millis(retryAfterOf(failure, engine.time.clock.instant(), longestRetryAfter)),
                    )
                FailureClass.CONFIGURATION -> configuration.after(count, engine.time)
                FailureClass.SUBJECT_REFUSED -> REFUSED_MILLIS
                FailureClass.SESSION_OVER -> 0
            }
        }

    /** Says that [tokens] are refused; see [TokenSource.invalidate]. */
    fun invalidate(tokens: TokenResponse) {
        synchronized(lock) {
            if (!isHeld(tokens) || isForcedLately()) return
            forcedAt = engine.time.monotonicMillis
            refusedToken = tokens.accessToken
            held = null
        }
        engine.tell { TokenEvent.Invalidated(it) }
    }

    /** Whether the access token of [tokens] is the one that is handed out; a late refusal is of one before it. */
    protected open fun isHeld(tokens: TokenResponse): Boolean = held?.tokens?.accessToken == tokens.accessToken

    /** Whether a caller has said that [tokens] are refused, and nothing else has come since. */
    protected fun isRefused(tokens: TokenResponse): Boolean = synchronized(lock) { refusedToken } == tokens.accessToken

    /** What is held is handed out no more. */
    fun refuse() {
        synchronized(lock) { held = null }
    }

    /** Puts [held], or nothing, in the place of whatever there is: what happened before does not count any more. */
    fun replace(held: HeldTokens?) {
        synchronized(lock) {
            generation++
            this.held = held?.takeIf { it.lifetimeMillis > 0 }
            refusedToken = null
            failing = null
        }
    }

    fun state(): TokenState {
        val freshness = held?.freshness(engine.time)
        val failing = failing
        return when {
            failing != null -> {
                val isUsable = freshness != null && freshness != Freshness.EXPIRED
                TokenState.Failing(failing.since, codeOf(failing.cause), isUsable)
            }
            freshness == null -> if (isUnused) TokenState.Unused else TokenState.Expired
            freshness == Freshness.FRESH -> TokenState.Fresh
            freshness == Freshness.STALE -> TokenState.Stale
            else -> TokenState.Expired
        }
    }

    private val isUnused: Boolean get() = synchronized(lock) { forcedAt == null && flight == null }

    /** How long nothing is tried, in milliseconds. */
    val heldBackMillis: Long
        get() = failing?.let { (it.notBefore - engine.time.monotonicMillis).coerceAtLeast(0) } ?: 0

    companion object {
        /** What makes tokens that are out there be of no use too. */
        val ENDS: Set<FailureClass> = setOf(FailureClass.SESSION_OVER, FailureClass.SUBJECT_REFUSED)

        /** How long a refusal of a subject token is remembered. */
        val REFUSED_MILLIS: Long = Duration.ofSeconds(30).toMillis()
    }
}
