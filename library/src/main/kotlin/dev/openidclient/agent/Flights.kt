package dev.openidclient.agent

import dev.openidclient.client.forOneWaiter
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import java.util.concurrent.ConcurrentHashMap

/**
 * What several ask for at once is done by the first of them, and the others get what comes of it, be it a failure. Where
 * the first is cancelled the next one does it.
 */
internal class Flights<T> {
    private sealed interface Landing<out T>

    private class Arrived<T>(
        val value: T,
    ) : Landing<T>

    private class Failed(
        val cause: Throwable,
    ) : Landing<Nothing>

    private object Cancelled : Landing<Nothing>

    private val running = ConcurrentHashMap<String, CompletableDeferred<Landing<T>>>()

    suspend fun shared(
        key: String,
        work: suspend () -> T,
    ): T {
        while (true) {
            val own = CompletableDeferred<Landing<T>>()
            val other = running.putIfAbsent(key, own) ?: return flown(key, own, work)
            when (val landing = other.await()) {
                is Arrived -> return landing.value
                is Failed -> throw forOneWaiter(landing.cause)
                is Cancelled -> Unit
            }
        }
    }

    private suspend fun flown(
        key: String,
        own: CompletableDeferred<Landing<T>>,
        work: suspend () -> T,
    ): T {
        var landing: Landing<T> = Cancelled
        try {
            return work().also { landing = Arrived(it) }
        } catch (e: CancellationException) {
            throw e
        } catch (
            // a question of the program's own may throw anything, and whoever waits for it hears of it
            @Suppress("TooGenericExceptionCaught") e: Throwable,
        ) {
            landing = Failed(e)
            throw e
        } finally {
            running.remove(key, own)
            own.complete(landing)
        }
    }
}
