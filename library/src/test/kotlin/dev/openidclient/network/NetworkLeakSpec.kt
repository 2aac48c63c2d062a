package dev.openidclient.network

import dev.openidclient.contract.LocalServer
import dev.openidclient.http.OKHTTP_ENGINE
import dev.openidclient.http.TLS_ENGINES
import dev.openidclient.testing.isLong
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import java.time.Duration
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.seconds

private val CALLS = if (isLong) 2_000 else 120
private const val AT_A_TIME = 8

/** What is left of many broken calls. */
open class NetworkLeakSpec :
    FunSpec({
        // guards against a hang; it holds for each engine's tests together
        timeout = 1_800_000

        val answers = (LOST_CONNECTIONS + MALFORMED_ANSWERS + TEMPTING_ANSWERS + STALLED_ANSWERS).values.toList()

        for ((engine, newTransport) in TLS_ENGINES) {
            test("$CALLS broken calls through $engine leave no connection, thread or memory behind") {
                val connections = AtomicInteger()
                LocalServer
                    .conversing {
                        val answer = answers[connections.getAndIncrement() % answers.size]
                        with(answer) { serve(document("http://127.0.0.1:$port")) }
                    }.use { server ->
                        newTransport(null).use { transport ->
                            val issuer = "http://127.0.0.1:${server.port}"
                            val impatient = settings(transport, Duration.ofMillis(100))

                            suspend fun call(count: Int) =
                                coroutineScope {
                                    OPERATIONS.values
                                        .let { all -> List(count) { all.elementAt(it % all.size) } }
                                        .chunked(AT_A_TIME)
                                        .forEach { some ->
                                            some
                                                .map {
                                                    async(Dispatchers.IO) {
                                                        ending { it(issuer, impatient) }
                                                    }
                                                }.awaitAll()
                                        }
                                }
                            val before = openSockets()
                            call(CALLS / 2)
                            val threads = liveThreads()
                            val heap = usedHeap()
                            call(CALLS / 2)
                            // an OkHttp keeps idle connections for minutes
                            if (engine == OKHTTP_ENGINE) transport.close()
                            eventually(20.seconds) {
                                withClue("connections") { server.open shouldBe 0 }
                                before?.let { withClue("sockets") { openSockets()!! shouldBeLessThanOrEqual it + 4 } }
                                withClue("threads") { liveThreads() shouldBeLessThanOrEqual threads + AT_A_TIME }
                            }
                            if (isLong) withClue("bytes") { usedHeap() - heap shouldBeLessThan 8_000_000 }
                        }
                    }
            }

            test("30 clients through $engine, each closed, leave no thread behind") {
                val threads = liveThreads()
                LocalServer { respond(body = document("http://127.0.0.1:$port")) }.use { server ->
                    repeat(30) {
                        newTransport(null).use { transport ->
                            OPERATIONS.getValue("discovery")(
                                "http://127.0.0.1:${server.port}",
                                settings(transport, Duration.ofSeconds(60)),
                            )
                        }
                    }
                    // before JDK 21 the threads of its client end when it is collected
                    eventually(30.seconds) {
                        System.gc()
                        liveThreads() shouldBeLessThanOrEqual threads + AT_A_TIME
                    }
                }
            }
        }
    })
