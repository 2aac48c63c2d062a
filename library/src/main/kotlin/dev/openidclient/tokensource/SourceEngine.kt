package dev.openidclient.tokensource

import dev.openidclient.client.OwnCoroutines
import dev.openidclient.client.SourceTime
import dev.openidclient.error.printable
import dev.openidclient.event.EventSource
import dev.openidclient.event.Listeners
import dev.openidclient.event.TokenEvent
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.delay
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/** What the cells of one family of sources share: rules, time, coroutines, and whom to tell. */
internal class SourceEngine(
    val rules: SourceRules,
    val time: SourceTime,
    context: CoroutineContext,
    /** Null: nobody listens. */
    @Volatile var listeners: Listeners?,
    /** Whose events these are. */
    @Volatile var eventSource: EventSource,
    /** Whether what runs goes on to its end, whoever ends the coroutines: a refresh token may be used up by then. */
    isUnstoppable: Boolean = false,
) {
    private val coroutines = OwnCoroutines(context, "token source", isUnstoppable)

    val scope: CoroutineScope get() = coroutines.scope

    val isClosed: Boolean get() = coroutines.isClosed

    /** How messages and log lines call the tokens. */
    val shown: String
        get() =
            with(eventSource) {
                listOfNotNull(
                    name ?: kind,
                    issuer?.let { "of ${printable(it)}" },
                    clientId?.let { "for ${printable(it)}" },
                ).joinToString(" ")
            }

    inline fun tell(event: (EventSource) -> TokenEvent) {
        listeners?.happened(event(eventSource))
    }

    fun requireOpen() = check(!isClosed) { CLOSED }

    /**
     * Runs [block] in the source's own coroutines, and then [afterwards], with what ended [block] where it did not run
     * to its end, or could not run at all.
     */
    fun run(
        afterwards: (Throwable?) -> Unit,
        block: suspend () -> Unit,
    ) = coroutines.run(afterwards, listeners?.backgroundContext() ?: EmptyCoroutineContext, block)

    /** Why nothing comes of what was to run. */
    fun ended(cause: Throwable?): IllegalStateException =
        IllegalStateException(if (isClosed) CLOSED else "$shown: $CANNOT_RUN", cause?.takeUnless { isClosed })

    /** Ends at once. */
    fun cancel() = coroutines.cancel()

    /** Ends when what runs has ended. */
    fun finish() = coroutines.finish()

    suspend fun awaitEnd() = coroutines.awaitEnd()

    /** False where the source is closed meanwhile, and then at once. */
    suspend fun pause(millis: Long): Boolean {
        var left = millis
        while (left > 0 && !isClosed) {
            val step = minOf(left, SLICE_MILLIS)
            delay(step)
            left -= step
        }
        return !isClosed
    }

    companion object {
        /** How soon a pause notices that it is closed. */
        private const val SLICE_MILLIS = 1_000L

        const val CLOSED: String = "the token source is closed"
        private const val CANNOT_RUN =
            "no renewal can run: the coroutineContext or executor of the token source's settings has ended, or takes " +
                "nothing"
    }
}
