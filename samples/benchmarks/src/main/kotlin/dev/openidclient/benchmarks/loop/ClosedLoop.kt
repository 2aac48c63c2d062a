package dev.openidclient.benchmarks.loop

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.runBlocking
import java.util.concurrent.Callable
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutorService
import kotlin.time.Duration

/** Workers that do one operation after another, each of which must bring [expected]. */
internal abstract class ClosedLoop(
    private val expected: String,
) {
    /** Runs for [duration], and until the last operation is done; returns how many were. */
    abstract fun run(duration: Duration): Long

    protected fun check(brought: String) {
        check(brought == expected) { "an operation brought something else than the expected token" }
    }

    protected fun isOver(end: Long): Boolean = System.nanoTime() - end >= 0

    protected fun endOf(duration: Duration): Long = System.nanoTime() + duration.inWholeNanoseconds
}

/** [concurrency] coroutines on the default dispatcher. */
internal class SuspendingLoop(
    private val concurrency: Int,
    expected: String,
    private val operation: suspend () -> String,
) : ClosedLoop(expected) {
    override fun run(duration: Duration): Long =
        runBlocking {
            val end = endOf(duration)
            List(concurrency) { async(Dispatchers.Default) { work(end) } }.awaitAll().sum()
        }

    private suspend fun work(end: Long): Long {
        var operations = 0L
        do {
            check(operation())
            operations++
        } while (!isOver(end))
        return operations
    }
}

/** [concurrency] threads of [threads], which must have so many. */
internal class BlockingLoop(
    private val concurrency: Int,
    expected: String,
    private val threads: ExecutorService,
    private val operation: () -> String,
) : ClosedLoop(expected) {
    override fun run(duration: Duration): Long {
        val end = endOf(duration)
        return threads.invokeAll(List(concurrency) { Callable { work(end) } }).sumOf { it.get() }
    }

    private fun work(end: Long): Long {
        var operations = 0L
        do {
            check(operation())
            operations++
        } while (!isOver(end))
        return operations
    }
}

/** [concurrency] chains of futures, in each of which the end of an operation begins the next. */
internal class FutureLoop(
    private val concurrency: Int,
    expected: String,
    private val operation: () -> CompletableFuture<String>,
) : ClosedLoop(expected) {
    override fun run(duration: Duration): Long {
        val end = endOf(duration)
        val chains = List(concurrency) { CompletableFuture<Long>().also { next(it, 0, end) } }
        return chains.sumOf { it.join() }
    }

    private fun next(
        chain: CompletableFuture<Long>,
        done: Long,
        end: Long,
    ) {
        operation().thenAccept(::check).whenComplete { _, failure ->
            when {
                failure != null -> chain.completeExceptionally(failure)
                isOver(end) -> chain.complete(done + 1)
                else -> next(chain, done + 1, end)
            }
        }
    }
}
