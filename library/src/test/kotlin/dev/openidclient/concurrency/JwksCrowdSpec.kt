package dev.openidclient.concurrency

import com.sun.net.httpserver.HttpServer
import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.JwksServer
import dev.openidclient.testing.JwksServer.Companion.keys
import dev.openidclient.testing.JwksServer.Companion.token
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.json
import dev.openidclient.testing.serverMetadata
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainOnly
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.isActive
import java.net.InetAddress
import java.net.InetSocketAddress
import java.time.Duration
import java.util.Random
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes

private const val FOUND = "OAUTH_UNSUPPORTED_OPERATION"
private const val NOT_FOUND = "OAUTH_KEY_SELECTION_FAILED"
private const val SEED = 17L

/** The first download, and those that unknown keys may cause at once. */
private const val FIRST_AND_THREE = 4

/** Ten thousand coroutines on one client and several threads. */
class JwksCrowdSpec :
    FunSpec({
        timeout = 2.minutes.inWholeMilliseconds

        context("few downloads are enough for ten thousand who ask") {
            test("for the first time") {
                val server = SharedJwks { delay(20.milliseconds) }

                crowd { server.ask(SharedJwks.KNOWN) }.awaitAll().shouldContainOnly(FOUND)
                server.transport.requests.size shouldBe 1
            }

            test("for an unknown kid, a minute after the last download") {
                val server = SharedJwks()
                server.ask(SharedJwks.KNOWN)
                server.clock.advance(60)

                crowd { server.ask(SharedJwks.UNKNOWN) }.awaitAll().shouldContainOnly(NOT_FOUND)
                server.transport.requests.size shouldBeInRange 2..FIRST_AND_THREE
            }

            test("for known and unknown kids at once, after their lifetime") {
                val server = SharedJwks()
                server.ask(SharedJwks.KNOWN)
                server.clock.advance(300)

                val results = crowd { server.ask(if (it % 2 == 0) SharedJwks.KNOWN else SharedJwks.UNKNOWN) }.awaitAll()
                results.withIndex().filter { it.index % 2 == 0 }.map { it.value }.shouldContainOnly(FOUND)
                results.withIndex().filter { it.index % 2 == 1 }.map { it.value }.shouldContainOnly(NOT_FOUND)
                server.transport.requests.size shouldBeInRange 2..FIRST_AND_THREE + 1
            }

            test("of a real server") {
                val answered = AtomicInteger()
                val body = SharedJwks.KEYS.encodeToByteArray()
                val listener = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)
                listener.createContext("/") { exchange ->
                    answered.incrementAndGet()
                    exchange.responseHeaders.add("content-type", "application/json")
                    exchange.sendResponseHeaders(200, body.size.toLong())
                    exchange.use { it.responseBody.write(body) }
                }
                listener.start()
                try {
                    realClient(listener.address.port).use { client ->
                        crowd { SharedJwks.ask(client, SharedJwks.KNOWN) }.awaitAll().shouldContainOnly(FOUND)
                    }
                } finally {
                    listener.stop(0)
                }
                answered.get() shouldBe 1
            }
        }

        context("ten thousand unknown kids within a minute of a download") {
            for (seconds in listOf(0L, 59L)) {
                test("cause three at the most, after $seconds seconds") {
                    val server = SharedJwks()
                    server.ask(SharedJwks.KNOWN)
                    server.clock.advance(seconds)

                    crowd { server.ask(SharedJwks.UNKNOWN) }.awaitAll().shouldContainOnly(NOT_FOUND)
                    server.transport.requests.size shouldBeInRange 2..FIRST_AND_THREE
                }
            }
        }

        test("ten thousand who ask for known kids do not wait for the download that an unknown one causes") {
            val gate = CompletableDeferred<Unit>()
            val isRefreshing = CompletableDeferred<Unit>()
            val downloads = AtomicInteger()
            val server =
                SharedJwks {
                    if (downloads.incrementAndGet() == 2) {
                        isRefreshing.complete(Unit)
                        gate.await()
                    }
                }
            server.ask(SharedJwks.KNOWN)
            server.clock.advance(60)

            coroutineScope {
                val refreshing = async { server.ask(SharedJwks.UNKNOWN) }
                isRefreshing.await()
                crowd { server.ask(SharedJwks.KNOWN) }.awaitAll().shouldContainOnly(FOUND)
                refreshing.isCompleted shouldBe false
                gate.complete(Unit)
                refreshing.await() shouldBe NOT_FOUND
            }
            server.transport.requests.size shouldBe 2
        }

        test("three of ten who give up, those who download among them, harm none of the others") {
            val random = Random(SEED)
            val doomed = BooleanArray(CROWD) { random.nextInt(10) < 3 }
            val inFlight = AtomicInteger()
            val mostInFlight = AtomicInteger()
            val leadersGivingUp = AtomicInteger()
            val firstLeader = CompletableDeferred<Int>()
            val isOver = CompletableDeferred<Unit>()
            val server = JwksServer()
            server.answer = {
                firstLeader.complete(currentCoroutineContext()[CoroutineName]!!.name.toInt())
                mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), ::maxOf)
                try {
                    isOver.await()
                    keys(TestKeys.rsa)
                } finally {
                    inFlight.decrementAndGet()
                    if (!currentCoroutineContext().isActive) leadersGivingUp.incrementAndGet()
                }
            }
            val client = server.client { timeout = Duration.ZERO }
            val token = token()
            val calls =
                crowd(
                    whileCalling = { calls ->
                        doomed[firstLeader.await()] = true
                        calls.forEachIndexed { index, call -> if (doomed[index]) call.cancel() }
                        isOver.complete(Unit)
                    },
                ) {
                    client.jwks.verify(token)
                }

            val survivors = calls.filterIndexed { index, _ -> !doomed[index] }
            survivors.awaitAll().size shouldBe doomed.count { !it }
            mostInFlight.get() shouldBe 1
            leadersGivingUp.get() shouldBeGreaterThan 0
            server.downloads shouldBeLessThanOrEqual 1 + leadersGivingUp.get()
        }
    })

@OptIn(InsecureRequests::class)
private fun realClient(port: Int): OpenIdClient =
    OpenIdClient(serverMetadata("jwks_uri" to json("\"http://localhost:$port/jwks\"")), CLIENT_ID) {
        allowInsecureRequests()
    }
