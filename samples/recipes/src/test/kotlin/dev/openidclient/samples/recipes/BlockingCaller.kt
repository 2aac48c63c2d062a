package dev.openidclient.samples.recipes

import dev.openidclient.contract.AuthorizedCaller
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executors

/** Calls that block, each on a thread of its own; cancelling a call interrupts it. */
internal abstract class BlockingCaller : AuthorizedCaller {
    private val threads = Executors.newCachedThreadPool()

    /** Has [block] send, and read the answer. */
    protected fun <T : Any> call(block: () -> T): CompletableFuture<T> {
        val result = CompletableFuture<T>()
        val running =
            threads.submit {
                try {
                    result.complete(block())
                } catch (e: Exception) {
                    result.completeExceptionally(e)
                }
            }
        result.whenComplete { _, _ -> running.cancel(true) }
        return result
    }

    override fun close() {
        threads.shutdownNow()
    }
}
