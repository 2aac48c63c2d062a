package dev.openidclient.okhttp

import dev.openidclient.http.CloseableHttpTransport
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import okhttp3.Dispatcher
import okhttp3.OkHttpClient
import java.time.Duration
import java.util.concurrent.ExecutorService
import java.util.concurrent.SynchronousQueue
import java.util.concurrent.ThreadPoolExecutor
import java.util.concurrent.TimeUnit

private const val CALLS_TO_A_HOST = 64
private const val IDLE_SECONDS = 60L

/** Longer than any call: it ends what a cancellation missed. */
private val ABANDONED = Duration.ofMinutes(5)

/** On an OkHttp of its own. */
internal class OpenOkHttp : CloseableHttpTransport {
    private val client =
        OkHttpClient
            .Builder()
            .dispatcher(
                Dispatcher(threads()).apply {
                    // or those who wait for one host that hangs would hold up all others
                    maxRequests = Int.MAX_VALUE
                    maxRequestsPerHost = CALLS_TO_A_HOST
                },
            ).readTimeout(ABANDONED)
            .writeTimeout(ABANDONED)
            .build()

    private val transport = OkHttpTransport(client)

    override suspend fun send(request: HttpRequest): HttpResponse = transport.send(request)

    override fun close() {
        client.dispatcher.executorService.shutdown()
        client.dispatcher.cancelAll()
        client.connectionPool.evictAll()
    }

    override fun toString(): String = transport.toString()
}

/** As OkHttp's own, but they do not keep the JVM from ending. */
private fun threads(): ExecutorService =
    ThreadPoolExecutor(0, Int.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, SynchronousQueue()) { task ->
        Thread(task, "OkHttp Dispatcher").apply { isDaemon = true }
    }
