package dev.openidclient.client

import dev.openidclient.http.DaemonThreads
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.ExecutorCoroutineDispatcher
import kotlinx.coroutines.Job
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.job
import kotlinx.coroutines.withTimeoutOrNull
import java.time.Duration
import java.util.TreeSet
import java.util.concurrent.ScheduledExecutorService
import java.util.concurrent.locks.LockSupport
import kotlin.coroutines.ContinuationInterceptor
import kotlin.time.toKotlinDuration

/** Runs [block] and cancels it when [timeout] is up: then null. */
internal suspend fun <T : Any> orNullAfter(
    timeout: Duration,
    block: suspend () -> T,
): T? {
    val dispatcher = currentCoroutineContext()[ContinuationInterceptor]
    // any other may have a time of its own, as those of tests do
    return if (dispatcher is ExecutorCoroutineDispatcher && dispatcher.executor !is ScheduledExecutorService) {
        Expiry().orNullAfter(timeout, block)
    } else {
        // an answer that came while the time ran out is one
        var result: T? = null
        withTimeoutOrNull(timeout.toKotlinDuration()) { result = block() }
        result
    }
}

/** The end of one block. */
private class Expiry {
    @Volatile private var isReached = false

    suspend fun <T : Any> orNullAfter(
        timeout: Duration,
        block: suspend () -> T,
    ): T? {
        var result: T? = null
        try {
            coroutineScope {
                val job = currentCoroutineContext().job
                val deadline = Deadlines.OF_ALL.after(timeout) { endElsewhere(job) }
                try {
                    result = block()
                } finally {
                    deadline.cancel()
                }
            }
        } catch (e: CancellationException) {
            // where the caller was cancelled too, who called this one finds out
            if (!isReached) throw e
        }
        return result
    }

    private fun endElsewhere(job: Job) {
        try {
            ENDINGS.execute { end(job) }
        } catch (_: OutOfMemoryError) {
            // no thread can be had: here it may hold up the other deadlines, but no call waits for ever
            end(job)
        }
    }

    private fun end(job: Job) {
        isReached = true
        job.cancel(CancellationException("the time is up"))
    }

    private companion object {
        /**
         * Where calls end whose time is up: that hangs up, and runs what waits for it wherever the caller's executor
         * does, or blocks as long as that does.
         */
        val ENDINGS = DaemonThreads("openid-client-timeout", Duration.ofSeconds(1))
    }
}

/**
 * What is to happen later, on one daemon thread that starts with the first deadline and ends when there is none. It
 * sleeps until the earliest: one that is later wakes nobody, and nearly all are cancelled long before.
 */
internal class Deadlines {
    private val pending = TreeSet<Deadline>()
    private var made = 0L
    private var sleeper: Thread? = null

    /** When the thread looks again, by [System.nanoTime]. */
    private var wakesAt = 0L

    /** Whether the thread found nothing to wait for, and ends if that is so the next time. */
    private var isLingering = false

    /** Runs [action] when [delay] is up, on the thread of all deadlines: it must be short, and nobody else's code. */
    fun after(
        delay: Duration,
        action: () -> Unit,
    ): Deadline =
        synchronized(this) {
            val thread = sleeper ?: start()
            val deadline = Deadline(System.nanoTime() + minOf(delay, FARTHEST).toNanos(), made++, action)
            pending += deadline
            isLingering = false
            if (deadline.at - wakesAt < 0) wake(thread)
            deadline
        }

    /** The thread ends now where it has nothing to wait for, and not a little later. */
    fun endIfIdle() {
        synchronized(this) {
            isLingering = true
            if (pending.isEmpty()) sleeper?.let(::wake)
        }
    }

    inner class Deadline(
        val at: Long,
        private val number: Long,
        val action: () -> Unit,
    ) : Comparable<Deadline> {
        // times may overflow, differences do not
        override fun compareTo(other: Deadline): Int =
            if (at == other.at) number.compareTo(other.number) else (at - other.at).compareTo(0)

        fun cancel() {
            synchronized(this@Deadlines) { pending -= this }
        }
    }

    private fun start(): Thread {
        val thread = Thread(::work, "openid-client-deadlines")
        thread.isDaemon = true
        // that of the program that happens to start it, which may be unloaded before the thread ends
        thread.contextClassLoader = null
        thread.start()
        sleeper = thread
        // it looks as soon as it runs
        wakesAt = System.nanoTime()
        return thread
    }

    private fun wake(thread: Thread) {
        wakesAt = System.nanoTime()
        LockSupport.unpark(thread)
    }

    private fun work() {
        try {
            while (true) {
                val due = synchronized(this) { due() ?: if (sleeper == null) return else null }
                if (due == null) LockSupport.parkNanos(this, pause()) else due.action()
            }
        } finally {
            // an action that failed ends this thread, and nobody else's deadline
            synchronized(this) { if (sleeper == Thread.currentThread()) replace() }
        }
    }

    /** The deadline that is up; where there is none, it is decided how long the thread sleeps, or that it ends. */
    private fun due(): Deadline? {
        val now = System.nanoTime()
        val first = pending.firstOrNull()
        when {
            first == null && isLingering -> {
                sleeper = null
            }

            first == null -> {
                isLingering = true
                wakesAt = now + LINGER.toNanos()
            }

            first.at - now > 0 -> {
                wakesAt = first.at
            }

            else -> {
                pending -= first
                return first
            }
        }
        return null
    }

    private fun pause(): Long = synchronized(this) { wakesAt } - System.nanoTime()

    private fun replace() {
        sleeper = null
        if (pending.isNotEmpty()) start()
    }

    companion object {
        /** Those of all clients. */
        val OF_ALL: Deadlines = Deadlines()

        private val LINGER = Duration.ofSeconds(5)

        /** The times of two deadlines may be half of what [System.nanoTime] counts apart. */
        private val FARTHEST = Duration.ofDays(36_500)
    }
}
