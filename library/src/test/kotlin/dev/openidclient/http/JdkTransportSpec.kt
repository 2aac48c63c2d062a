package dev.openidclient.http

import dev.openidclient.contract.LocalServer
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.TransportException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withTimeout
import java.net.Proxy
import java.net.ProxySelector
import java.net.SocketAddress
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpResponse.ResponseInfo
import java.nio.ByteBuffer
import java.util.concurrent.CompletionException
import java.util.concurrent.Flow
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.seconds
import java.net.http.HttpHeaders as JdkHeaders

class JdkTransportSpec :
    FunSpec({
        // guards against a hang
        timeout = 120_000

        test("the JDK's client is made for the first request, and not before") {
            // the JDK counts its clients, and says the number
            fun next() = HttpClient.newHttpClient().toString().substringAfterLast('(').substringBefore(')').toInt()

            val before = next()
            val transport = HttpEngine.JAVA.open()
            next() shouldBe before + 1
            LocalServer { respond() }.use { server -> transport.use { it.send(get(server)) } }
            next() shouldBe before + 3
        }

        context("a body that turns out too large") {
            test("is read no further, and its connection is given up") {
                val subscription = CountingSubscription()
                val body = BoundedBody(Info(), HttpRequest("GET", "https://a/", maximumResponseSize = 10))
                val later = ByteBuffer.wrap(ByteArray(5))

                body.onSubscribe(subscription)
                subscription.cancelled shouldBe 0
                body.onNext(listOf(ByteBuffer.wrap(ByteArray(11)), later))

                subscription.cancelled shouldBe 1
                later.remaining() shouldBe 5

                body.onNext(listOf(later))
                subscription.cancelled shouldBe 1
                later.remaining() shouldBe 5

                body.onComplete()
                shouldThrow<CompletionException> { body.body.toCompletableFuture().join() }
                    .cause
                    .shouldBeInstanceOf<InvalidResponseException>()
            }

            test("is not asked for where its length says so") {
                val subscription = CountingSubscription()
                val info = Info(JdkHeaders.of(mapOf("content-length" to listOf("11"))) { _, _ -> true })

                BoundedBody(info, HttpRequest("GET", "https://a/", maximumResponseSize = 10)).onSubscribe(subscription)

                subscription.cancelled shouldBe 1
                subscription.requested shouldBe 0
            }
        }

        test("close ends all calls in flight") {
            silentServer { server ->
                val transport = HttpEngine.JAVA.createTransport()
                supervisorScope {
                    val calls = List(5) { async(Dispatchers.Default) { transport.send(get(server)) } }
                    withTimeout(20.seconds) { while (server.requests.size < 5) kotlinx.coroutines.delay(10) }
                    transport.close()
                    for (call in calls) withTimeout(20.seconds) { shouldThrow<TransportException> { call.await() } }
                }
            }
        }

        test("a closed transport starts no call") {
            val transport = HttpEngine.JAVA.createTransport()
            transport.close()

            shouldThrow<TransportException> { transport.send(HttpRequest("GET", "http://127.0.0.1:1/")) }
                .cause
                ?.message shouldBe CLOSED
        }

        test("after close its threads end at once, and do not wait to be idle for long") {
            val others = engineThreads()
            LocalServer { respond() }.use { server ->
                HttpEngine.JAVA.createTransport().use { it.send(get(server)).status shouldBe 200 }
            }

            for (own in engineThreads() - others) {
                own.join(20_000)
                own.isAlive shouldBe false
            }
        }

        test("a call whose transport is closed while it starts ends") {
            silentServer { server ->
                val whileItStarts = Hook()
                val transport = HttpEngine.JAVA.createTransport()
                // from JDK 21 on, close waits for the call
                whileItStarts.action = { thread { transport.close() }.join(1_000) }

                whileItStarts.installed {
                    withTimeout(20.seconds) { shouldThrow<TransportException> { transport.send(get(server)) } }
                }
            }
        }
    })

private suspend fun silentServer(test: suspend (LocalServer) -> Unit) = LocalServer { awaitEnd() }.use { test(it) }

private fun engineThreads(): Set<Thread> =
    Thread.getAllStackTraces().keys.filterTo(HashSet()) { it.name == "openid-client-engine" }

private class CountingSubscription : Flow.Subscription {
    var requested = 0L
    var cancelled = 0

    override fun request(count: Long) {
        requested += count
    }

    override fun cancel() {
        cancelled++
    }
}

private class Info(
    private val headers: JdkHeaders = JdkHeaders.of(emptyMap()) { _, _ -> true },
) : ResponseInfo {
    override fun statusCode() = 200

    override fun headers() = headers

    override fun version() = HttpClient.Version.HTTP_1_1
}

/** The JDK's client asks it for a proxy while it starts a call, on the thread of the caller. */
private class Hook : ProxySelector() {
    var action = {}

    /** Runs [use] with this as the system's selector: the client that is made in it keeps it. */
    inline fun installed(use: () -> Unit) {
        val before = getDefault()
        setDefault(this)
        try {
            use()
        } finally {
            setDefault(before)
        }
    }

    override fun select(uri: URI): List<Proxy> {
        action()
        return listOf(Proxy.NO_PROXY)
    }

    override fun connectFailed(
        uri: URI,
        address: SocketAddress,
        failure: java.io.IOException,
    ) = Unit
}
