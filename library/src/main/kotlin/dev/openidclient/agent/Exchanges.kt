package dev.openidclient.agent

import dev.openidclient.client.orNullAfter
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext
import java.time.Duration

/**
 * The exchanges of codes that are on the way: a code is spent when it was sent, so what comes of it is kept, whoever is
 * cancelled, and whatever is closed.
 */
internal class Exchanges {
    /** Ends with the last one, after [close]. */
    private val all: CompletableJob = Job()

    /** Whether nothing is on the way, and nothing will be. */
    val isEnded: Boolean get() = all.isCompleted

    /** Runs [exchange] to its end. Throws [IllegalStateException], and runs nothing, where all have [ended][isEnded]. */
    suspend fun <T> run(exchange: suspend () -> T): T {
        val one = Job(all)
        try {
            check(one.isActive) { AuthorizationFlight.CLOSED }
            return withContext(NonCancellable) { exchange() }
        } finally {
            one.complete()
        }
    }

    fun close() {
        all.complete()
    }

    /** Waits, after [close], until none is on the way, but for no longer than [LONGEST]. */
    suspend fun awaitEnd() {
        orNullAfter(LONGEST) { all.join() }
    }

    private companion object {
        /** A server that answers later than that, or a store, is not waited for. */
        val LONGEST: Duration = Duration.ofMinutes(1)
    }
}
