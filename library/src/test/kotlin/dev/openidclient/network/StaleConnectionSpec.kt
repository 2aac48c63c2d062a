package dev.openidclient.network

import dev.openidclient.contract.LocalServer
import dev.openidclient.contract.LocalServer.Connection
import dev.openidclient.http.JDK_ENGINE
import dev.openidclient.http.OKHTTP_ENGINE
import dev.openidclient.http.OwnTransport
import dev.openidclient.http.TLS_ENGINES
import dev.openidclient.testing.isLong
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldBeIn
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.Semaphore
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

private val ROUNDS = if (isLong) 2_000 else 40

/** Connections that were kept for the next request, and died meanwhile. */
open class StaleConnectionSpec :
    FunSpec({
        // guards against a hang; it holds for each engine's tests together
        timeout = 600_000

        for ((engine, newTransport) in TLS_ENGINES) {
            suspend fun OwnTransport.refresh(server: LocalServer): Ending {
                val refresh = ONE_TIME_OPERATIONS.getValue("refreshTokenGrant")
                val settings = settings(this, Duration.ofSeconds(60))
                return ending { refresh("http://127.0.0.1:${server.port}", settings) }.first
            }

            context("through $engine") {
                for ((how, close) in mapOf<String, Connection.() -> Unit>("closed" to { }, "reset" to { reset() })) {
                    test("a connection that was $how while it was idle loses no request that it does not tell of") {
                        val received = Semaphore(0)
                        LocalServer
                            .conversing {
                                readRequest()
                                keepAlive(document("http://127.0.0.1:$port"))
                                received.acquire()
                                close()
                            }.use { server ->
                                newTransport(null).use { transport ->
                                    // CIO opens a connection for each request, and an OkHttp looks at an idle one
                                    // only when it needs it
                                    val before = openSockets().takeIf { engine == JDK_ENGINE }
                                    repeat(3) {
                                        val ending = transport.refresh(server)
                                        // an OkHttp does not look whether a connection that it used just now is alive
                                        if (engine != OKHTTP_ENGINE) ending shouldBe Ending.ANSWERED
                                        ending shouldBeIn setOf(Ending.ANSWERED, Ending.NETWORK_ERROR)
                                        if (ending == Ending.ANSWERED) received.release()
                                        eventually(10.seconds) { server.open shouldBe 0 }
                                        awaitNews(before)
                                    }
                                }
                                server.requests.size shouldBeLessThanOrEqual 3
                            }
                    }
                }

                test("a request on a connection that dies with it is sent once, and its loss is told") {
                    LocalServer
                        .conversing {
                            readRequest()
                            keepAlive(document("http://127.0.0.1:$port"))
                            readRequest()
                        }.use { server ->
                            newTransport(null).use { transport ->
                                val endings = List(4) { transport.refresh(server) }
                                server.requests.size shouldBe 4
                                // every second request meets the dying connection, but where there is one for each
                                val lost = endings.count { it == Ending.NETWORK_ERROR }
                                lost shouldBe server.requests.size - server.accepted
                            }
                        }
                }

                test("what follows an answer is not the answer to the next request") {
                    LocalServer
                        .conversing {
                            while (readRequest() != null) {
                                write(kept(document("http://127.0.0.1:$port")) + kept("""{"error":"smuggled"}"""))
                            }
                        }.use { server ->
                            newTransport(null).use { transport ->
                                val endings = List(4) { transport.refresh(server) }
                                // an OkHttp that was handed in takes it
                                if (engine != OKHTTP_ENGINE) endings.forAll { it shouldBe Ending.ANSWERED }
                                // an OkHttp may have its answer before the server has read the request
                                eventually(10.seconds) { server.requests.size shouldBe 4 }
                            }
                        }
                }

                test("$ROUNDS rounds of races with a server that closes after an answer send nothing twice") {
                    val seen = CopyOnWriteArrayList<String>()
                    LocalServer
                        .conversing {
                            repeat(seen.size % 3 + 1) {
                                val request = readRequest() ?: return@conversing
                                seen += request.requestLine
                                keepAlive(document("http://127.0.0.1:$port"))
                            }
                        }.use { server ->
                            newTransport(null).use { transport ->
                                repeat(ROUNDS) {
                                    val before = server.requests.size
                                    val endings =
                                        coroutineScope {
                                            List(8) { async(Dispatchers.IO) { transport.refresh(server) } }.awaitAll()
                                        }
                                    endings.forAll { it shouldBeIn setOf(Ending.ANSWERED, Ending.NETWORK_ERROR) }
                                    withClue("requests") { server.requests.size - before shouldBeLessThanOrEqual 8 }
                                }
                            }
                        }
                }
            }
        }
    })

/** Waits until the client has heard that its connection is over: it has no more sockets than [before] then. */
private suspend fun awaitNews(before: Int?) {
    if (before == null) {
        delay(100.milliseconds)
    } else {
        eventually(10.seconds) { withClue("sockets") { openSockets()!! shouldBeLessThanOrEqual before } }
    }
}

private fun kept(body: String) =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n$body"

private fun Connection.keepAlive(body: String) = write(kept(body))
