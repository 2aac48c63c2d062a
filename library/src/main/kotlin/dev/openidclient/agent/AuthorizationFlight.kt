package dev.openidclient.agent

import dev.openidclient.client.OwnCoroutines
import dev.openidclient.client.forOneWaiter
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TransportException
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive

/**
 * The one authorization on the way: all who want one at the same time wait for it, and it goes on whoever of them is
 * cancelled, for a person may have the browser open.
 */
internal class AuthorizationFlight(
    private val coroutines: OwnCoroutines,
    private val authorize: suspend (Wish) -> Unit,
) {
    private class Flight(
        val wish: Wish,
    ) {
        /** What it failed with; null: it has brought what was wished for. */
        val landing = CompletableDeferred<Throwable?>()
    }

    private val lock = Any()
    private var running: Flight? = null

    /** Returns when what [wish] says is done, by this flight or one that another caller began. */
    suspend fun fulfil(wish: Wish) {
        while (true) {
            var own: Flight? = null
            val flight =
                synchronized(lock) {
                    check(!coroutines.isClosed) { CLOSED }
                    running ?: Flight(wish).also {
                        own = it
                        running = it
                    }
                }
            own?.let { started -> coroutines.run(afterwards = { ended(started, it) }) { fly(started) } }
            flight.landing.await()?.let { throw forOneWaiter(it) }
            if (own != null || flight.wish.includes(wish)) return
        }
    }

    @Suppress("SuspendFunSwallowedCancellation") // the first clause judges it
    private suspend fun fly(flight: Flight) {
        val failure =
            try {
                authorize(flight.wish)
                null
            } catch (e: CancellationException) {
                if (!currentCoroutineContext().isActive) throw e
                TransportException(ErrorCode.TIMEOUT, "the authorization was cancelled by what waits for the person", e)
            } catch (
                // every waiter hears of it, whatever it is
                @Suppress("TooGenericExceptionCaught") e: Throwable,
            ) {
                e
            }
        land(flight, failure)
    }

    private fun ended(
        flight: Flight,
        cause: Throwable?,
    ) = land(flight, IllegalStateException(if (coroutines.isClosed) CLOSED else CANNOT_RUN, cause))

    private fun land(
        flight: Flight,
        failure: Throwable?,
    ) {
        synchronized(lock) { if (running === flight) running = null }
        flight.landing.complete(failure)
    }

    companion object {
        const val CLOSED: String = "the tokens of the resource are closed"
        private const val CANNOT_RUN =
            "no authorization can run: the coroutineContext or executor of the settings has ended, or takes nothing"
    }
}
