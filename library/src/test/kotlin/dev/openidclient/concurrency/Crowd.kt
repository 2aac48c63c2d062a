package dev.openidclient.concurrency

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.withContext

internal const val CROWD = 10_000

/**
 * Runs [call] in [size] coroutines on several threads, all of them started before the first one goes on; each has its
 * number for its name.
 */
internal suspend fun <T> crowd(
    size: Int = CROWD,
    whileCalling: suspend (List<Deferred<T>>) -> Unit = {},
    call: suspend (Int) -> T,
): List<Deferred<T>> =
    withContext(Dispatchers.Default) {
        coroutineScope {
            val start = CompletableDeferred<Unit>()
            val calls =
                List(size) {
                    async(CoroutineName("$it")) {
                        start.await()
                        call(it)
                    }
                }
            start.complete(Unit)
            whileCalling(calls)
            calls
        }
    }
