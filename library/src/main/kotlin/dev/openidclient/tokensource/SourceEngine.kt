package dev.openidclient.tokensource

import dev.openidclient.error.printable
import dev.openidclient.event.EventSource
import dev.openidclient.event.Listeners
import dev.openidclient.event.TokenEvent
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.launch
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

    /** Runs [block] in the source's own coroutines; [otherwise] where they have ended before it ran to its end. */
    fun run(
        otherwise: () -> Unit,
        block: suspend () -> Unit,
    ) {
        scope
            .launch { if (isUnstoppable) withContext(NonCancellable) { block() } else block() }
            .invokeOnCompletion { otherwise() }
    }

    /** Ends at once. */
    fun cancel() {
        isClosed = true
        job.cancel()
    }

    /** Ends when what runs has ended. */
    fun finish() {
        isClosed = true
        job.complete()
    }

    suspend fun awaitEnd() = job.join()

    companion object {
        const val CLOSED: String = "the token source is closed"
    }
}
