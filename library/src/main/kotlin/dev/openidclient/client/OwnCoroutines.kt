package dev.openidclient.client

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
import kotlin.coroutines.EmptyCoroutineContext

/** Where that runs which outlives the callers who wait for it: the coroutines of one source, of tokens or of clients. */
internal class OwnCoroutines(
    context: CoroutineContext,
    name: String,
    /** Whether what runs goes on to its end, whoever ends the coroutines. */
    private val isUnstoppable: Boolean = false,
) {
    private val job: CompletableJob = SupervisorJob(context[Job])

    val scope: CoroutineScope = CoroutineScope(context + job + CoroutineName("openid-client $name"))

    @Volatile
    var isClosed: Boolean = false
        private set

    /**
     * Runs [block] in these coroutines, with [context] beside theirs, and then [afterwards], with what ended [block] where
     * it did not run to its end, or could not run at all.
     */
    fun run(
        afterwards: (Throwable?) -> Unit,
        context: CoroutineContext = EmptyCoroutineContext,
        block: suspend () -> Unit,
    ) {
        // lazily, and with a result: nothing is lost where the dispatcher takes nothing, and nothing is uncaught
        val running =
            scope.async(context, CoroutineStart.LAZY) {
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
}
