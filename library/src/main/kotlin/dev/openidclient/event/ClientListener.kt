package dev.openidclient.event

import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/**
 * Hears of every request that a client sends and of what becomes of its tokens: for metrics, traces and logs. Nothing
 * that it is told has a token, code, key, subject or session in it.
 *
 * Called from any thread, and from several at once, in the middle of the work: it must be quick and must not block.
 * What it throws is logged, once for each class of listener, and changes nothing. The page `docs/observing.md` shows some.
 */
public interface ClientListener {
    /**
     * A request of [operation] is about to be sent. The [Observation] that this returns is told how it ended; its
     * context is there while it runs. Default: [Observation.NONE].
     */
    public fun started(operation: Operation): Observation = Observation.NONE

    /**
     * What a renewal of tokens, a discovery or an introspection has in its context that a caller sets off, but that runs
     * apart from it and for others too: as the caller's span, for a span there to be linked to. Asked for where the caller is, before that
     * work begins. Default: nothing.
     */
    public fun backgroundContext(): CoroutineContext = EmptyCoroutineContext

    /** Something happened to the tokens of a token source, or to the metadata of a discovered client. */
    public fun happened(event: TokenEvent) {}
}

/** One request under way, as a [ClientListener] watches it. */
public interface Observation {
    /**
     * What the coroutine that sends has in its context meanwhile, as the current span of a trace. Default: nothing.
     * Of several listeners the last one's wins where both bring the same element.
     */
    public val context: CoroutineContext get() = EmptyCoroutineContext

    /** The request has ended, in whatever way: called exactly once. */
    public fun finished(outcome: Outcome)

    public companion object {
        /** Watches nothing. */
        @JvmField
        public val NONE: Observation =
            object : Observation {
                override fun finished(outcome: Outcome) = Unit
            }
    }
}
