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
    /** Whether an access token is the one that is handed out now. */
    private val isUsable: (accessToken: String) -> Boolean,
    /** Brings an access token. */
    private val authorize: suspend (Wish) -> String,
) {
    private class Flight(
        val wish: Wish,
    ) {
        /** What it failed with; null: it has brought what was wished for. */
        val landing = CompletableDeferred<Throwable?>()

        /** What it has brought. */
        @Volatile
        var accessToken: String? = null

        /** Whether who wishes [other] has it with what this one has brought: not with what was refused already. */
        fun has(other: Wish): Boolean = accessToken != other.refused && wish.includes(other)

        /**
         * Whether it can bring nothing else to who waited for it, and wishes [other]: the server has issued once more
         * what was refused.
         */
        fun isInVainFor(other: Wish): Boolean = accessToken == wish.refused && wish.includes(other)
    }

    private val lock = Any()
    private var running: Flight? = null

    /** The last one that has brought something. */
    @Volatile
    private var landed: Flight? = null

    /**
     * Returns when what [wish] says is done, by this flight or one that another caller began: also where that one ended
     * while this caller still looked for a token.
     */
    suspend fun fulfil(wish: Wish) {
        while (true) {
            val seen = landed
            if (seen != null && isLanded(seen, wish)) return
            var own: Flight? = null
            val flight =
                synchronized(lock) {
                    if (landed !== seen) return@synchronized null
                    running ?: Flight(wish).also {
                        own = it
                        running = it
                    }
                } ?: continue
            own?.let { started -> coroutines.run(afterwards = { ended(started, it) }) { fly(started) } }
            flight.landing.await()?.let { throw forOneWaiter(it) }
            if (own != null || flight.has(wish) || flight.isInVainFor(wish)) return
        }
    }

    private fun isLanded(
        flight: Flight,
        wish: Wish,
    ): Boolean = flight.has(wish) && flight.accessToken?.let(isUsable) == true

    @Suppress("SuspendFunSwallowedCancellation") // the first clause judges it
    private suspend fun fly(flight: Flight) {
        val failure =
            try {
                flight.accessToken = authorize(flight.wish)
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
        synchronized(lock) {
            if (running === flight) running = null
            if (flight.accessToken != null && failure == null) landed = flight
        }
        flight.landing.complete(failure)
    }

    companion object {
        const val CLOSED: String = "the tokens of the resource are closed"
        private const val CANNOT_RUN =
            "no authorization can run: the coroutineContext or executor of the settings has ended, or takes nothing"
    }
}
