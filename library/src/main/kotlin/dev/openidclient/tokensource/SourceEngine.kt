package dev.openidclient.tokensource

import dev.openidclient.client.end
import dev.openidclient.error.printable
import dev.openidclient.event.EventSource
import dev.openidclient.event.Listeners
import dev.openidclient.event.TokenEvent
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.withContext
import kotlin.coroutines.CoroutineContext

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
    private val isUnstoppable: Boolean = false,
) {
    private val job: CompletableJob = SupervisorJob(context[Job])

    val scope: CoroutineScope = CoroutineScope(context + job + CoroutineName("openid-client token source"))

    @Volatile
    var isClosed: Boolean = false
        private set

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
    ) {
        // lazily, and with a result: nothing is lost where the dispatcher takes nothing, and nothing is uncaught
        val running =
            scope.async(start = CoroutineStart.LAZY) {
                if (isUnstoppable) withContext(NonCancellable) { block() } else block()
            }
        running.invokeOnCompletion { afterwards(it) }
        try {
            running.start()
        } catch (
            // a dispatcher of the program's own may throw anything
            @Suppress("TooGenericExceptionCaught") e: Throwable,
        ) {
            afterwards(e)
        }
    }

    /** Why nothing comes of what was to run. */
    fun ended(cause: Throwable?): IllegalStateException =
        IllegalStateException(if (isClosed) CLOSED else "$shown: $CANNOT_RUN", cause?.takeUnless { isClosed })

    /** Ends at once. */
    fun cancel() {
        isClosed = true
        job.end()
    }

    /** Ends when what runs has ended. */
    fun finish() {
        isClosed = true
        job.complete()
    }

    suspend fun awaitEnd() = job.join()

    companion object {
        const val CLOSED: String = "the token source is closed"
        private const val CANNOT_RUN =
            "no renewal can run: the coroutineContext or executor of the token source's settings has ended, or takes " +
                "nothing"
    }
}
