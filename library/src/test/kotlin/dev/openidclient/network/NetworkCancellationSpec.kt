package dev.openidclient.network

import dev.openidclient.contract.LocalServer
import dev.openidclient.contract.LocalServer.Connection
import dev.openidclient.http.TLS_ENGINES
import dev.openidclient.http.hangUpTime
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThanOrEqual
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withTimeout
import java.time.Duration
import kotlin.time.Duration.Companion.seconds

// an OkHttp sends five requests to one host at a time
private val CALLS = OPERATIONS.filterKeys { it in setOf("refreshTokenGrant", "discovery") }.values

/** Cancellation at each stage of a call, with another call of the same transport under way. */
open class NetworkCancellationSpec :
    FunSpec({
        // guards against a hang; it holds for each engine's tests together
        timeout = 300_000

        val stages: Map<String, Connection.() -> Unit> =
            mapOf(
                "while the answer is awaited" to {
                    readRequest()
                    awaitEnd()
                },
                "within the head" to {
                    readRequest()
                    write("HTTP/1.1 200 OK\r\nx: ")
                    awaitEnd()
                },
                "within the body" to {
                    readRequest()
                    write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
                    awaitEnd()
                },
            )

        for ((engine, newTransport) in TLS_ENGINES) {
            /** Starts calls at [issuer], awaits [reached], cancels them; an earlier call goes on meanwhile. */
            suspend fun cancelled(
                issuer: String,
                reached: suspend () -> Unit,
                hungUp: suspend () -> Unit = {},
            ) {
                val mayAnswer = CompletableDeferred<Unit>()
                val patient = Duration.ofSeconds(60)
                val other =
                    LocalServer {
                        runBlocking { mayAnswer.await() }
                        respond(body = document("http://127.0.0.1:$port"))
                    }
                newTransport(null).use { transport ->
                    other.use {
                        supervisorScope {
                            val healthy =
                                CALLS.map {
                                    async(Dispatchers.IO) {
                                        it("http://127.0.0.1:${other.port}", settings(transport, patient))
                                    }
                                }
                            val calls: List<Deferred<Any>> =
                                CALLS.map {
                                    async(Dispatchers.IO) { it(issuer, settings(transport, patient)) }
                                }
                            reached()
                            calls.forEach { it.cancel() }
                            withTimeout(10.seconds) { calls.joinAll() }
                            calls.forEach { shouldThrow<CancellationException> { it.await() } }

                            // these first: hanging up may take an engine as long as it lets an answer take
                            mayAnswer.complete(Unit)
                            withClue("the other calls") { withTimeout(30.seconds) { healthy.forEach { it.await() } } }
                            hungUp()
                        }
                    }
                }
            }

            context("through $engine, cancellation") {
                for ((stage, serve) in stages) {
                    test("$stage ends the calls at once, hangs up, and harms no other call") {
                        LocalServer.conversing { serve() }.use { server ->
                            cancelled(
                                "http://127.0.0.1:${server.port}",
                                { eventually(20.seconds) { server.requests.size shouldBe CALLS.size } },
                                { eventually(10.seconds) { server.open shouldBe 0 } },
                            )
                        }
                    }
                }

                test("in the TLS handshake ends the calls at once, hangs up, and harms no other call") {
                    LocalServer.conversing { awaitEnd() }.use { server ->
                        cancelled(
                            "https://localhost:${server.port}",
                            { eventually(20.seconds) { server.accepted shouldBeGreaterThanOrEqual CALLS.size } },
                            { eventually(hangUpTime(engine)) { server.open shouldBe 0 } },
                        )
                    }
                }

                test("before the connection is made ends the calls at once, and harms no other call") {
                    UnansweringAddress().use { cancelled(it.issuer, { }) }
                }

                test("while the connection is made ends the calls at once, and harms no other call") {
                    UnansweringAddress().use { address ->
                        val before = openSockets()
                        cancelled(
                            address.issuer,
                            {
                                if (before != null) {
                                    // two for each of the other calls: its own end and the server's
                                    eventually(20.seconds) {
                                        openSockets()!! shouldBeGreaterThanOrEqual before + 3 * CALLS.size
                                    }
                                }
                            },
                        )
                    }
                }
            }
        }
    })
