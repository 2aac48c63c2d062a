package dev.openidclient.http

import java.time.Duration
import java.util.concurrent.SynchronousQueue
import java.util.concurrent.ThreadPoolExecutor
import java.util.concurrent.TimeUnit

/**
 * Daemons called [name], as many as there is work, which end when they had none for [idle]. They do not have the
 * context class loader of who made the first.
 */
internal class DaemonThreads(
    name: String,
    idle: Duration,
) : ThreadPoolExecutor(
        0,
        Int.MAX_VALUE,
        idle.toNanos(),
        TimeUnit.NANOSECONDS,
        SynchronousQueue(),
        { work ->
            Thread(work, name).apply {
                isDaemon = true
                contextClassLoader = null
            }
        },
    ) {
    /** What still runs goes on, and the threads end with it. */
    fun endWhenIdle(): Unit = setKeepAliveTime(0, TimeUnit.SECONDS)
}
