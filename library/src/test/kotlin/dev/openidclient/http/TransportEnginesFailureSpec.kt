package dev.openidclient.http

import dev.openidclient.contract.LocalServer
import dev.openidclient.contract.LocalServer.Connection
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.TransportException
import dev.openidclient.testing.Certificates
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.future.await
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withTimeout
import java.net.InetAddress
import java.net.ServerSocket
import java.util.concurrent.CompletableFuture
import java.util.concurrent.atomic.AtomicLong
import kotlin.time.Duration.Companion.seconds

/** Where there is no answer, or none that may be taken: through every engine and real servers. */
open class TransportEnginesFailureSpec :
    FunSpec({
        // guards against a hang; it holds for each engine's tests together
        timeout = 120_000

        for ((engine, newTransport) in ENGINES) {
            suspend fun tooLarge(
                maximum: Int,
                answer: Connection.() -> Unit,
            ) = shouldThrow<InvalidResponseException> { newTransport.exchange({ get(it, maximum) }, answer) }

            context("through $engine") {
                test("a body of one byte more than the bound is refused") {
                    tooLarge(5_000) { respond(body = "x".repeat(5_001)) }
                        .code shouldBe ErrorCode.RESPONSE_IS_NOT_CONFORM
                }

                test("a body that is announced longer than the bound is refused") {
                    tooLarge(10) {
                        write("HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n")
                        awaitEnd()
                    }
                }

                test("a chunked body without end is refused, and the connection is closed") {
                    val sent = AtomicLong()
                    val ended = CompletableFuture<Unit>()
                    tooLarge(100_000) {
                        try {
                            write(CHUNKED)
                            while (true) write("3E8\r\n${"x".repeat(1_000)}\r\n").also { sent.addAndGet(1_000) }
                        } finally {
                            ended.complete(Unit)
                        }
                    }
                    ended.await()
                    // the rest was on its way in the buffers of both sockets
                    sent.get() shouldBeLessThan 20_000_000
                }

                val broken =
                    mapOf<String, Connection.() -> Unit>(
                        "an answer cut off in its body" to {
                            write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}")
                        },
                        "an answer cut off in a chunk" to { write("${CHUNKED}64\r\nabc") },
                        "an answer cut off before its last chunk" to { write("${CHUNKED}3\r\nabc\r\n") },
                        "an answer cut off in its head" to { write("HTTP/1.1 200 OK\r\nContent-Le") },
                        "a connection closed without an answer" to { },
                        "an answer that is no HTTP" to { write("SSH-2.0-OpenSSH_9.6\r\n\r\n") },
                        "an answer with a broken chunk size" to { write("${CHUNKED}zz\r\nabc\r\n0\r\n\r\n") },
                        "an answer with a broken status" to { write("HTTP/1.1 abc OK\r\n\r\n") },
                    )
                for ((name, answer) in broken) {
                    test("$name is a network error") {
                        shouldThrow<TransportException> { newTransport.exchange(answer = answer) }.code shouldBe
                            ErrorCode.NETWORK_ERROR
                    }
                }

                val odd =
                    mapOf<String, Connection.() -> Unit>(
                        "a header line without colon" to { write("HTTP/1.1 200 OK\r\nno colon\r\n\r\n") },
                        "a length that is no number" to { write("HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n") },
                    )
                for ((name, answer) in odd) {
                    test("an answer with $name is read without it, or is a network error") {
                        val status =
                            try {
                                newTransport.exchange(answer = answer).first.status
                            } catch (_: TransportException) {
                                200
                            }
                        status shouldBe 200
                    }
                }

                test("a POST whose connection breaks is not sent again") {
                    LocalServer { }.use { server ->
                        newTransport().use { transport ->
                            shouldThrow<TransportException> {
                                transport.send(HttpRequest("POST", url(server), body = HttpBody.json("{}")))
                            }
                        }
                        server.requests.size shouldBe 1
                    }
                }

                test("a refused connection is a network error") {
                    val port = ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")).use { it.localPort }
                    newTransport()
                        .use { transport ->
                            shouldThrow<TransportException> {
                                transport.send(
                                    HttpRequest("GET", "http://127.0.0.1:$port/"),
                                )
                            }
                        }.code shouldBe ErrorCode.NETWORK_ERROR
                }

                for (host in listOf("nonexistent.invalid", "a_b.invalid")) {
                    test("the unknown host $host is a network error") {
                        newTransport()
                            .use { transport ->
                                shouldThrow<TransportException> {
                                    transport.send(HttpRequest("GET", "http://$host/"))
                                }
                            }.code shouldBe ErrorCode.NETWORK_ERROR
                    }
                }

                test("an untrusted certificate is a network error, and no request is sent") {
                    val ownSigned = Certificates.listener(Certificates.keyStore("server", "RSA"))
                    LocalServer(ownSigned) { respond() }.use { server ->
                        newTransport()
                            .use { transport ->
                                shouldThrow<TransportException> {
                                    transport.send(HttpRequest("GET", "https://127.0.0.1:${server.port}/"))
                                }
                            }.code shouldBe ErrorCode.NETWORK_ERROR
                        server.requests.size shouldBe 0
                    }
                }

                val stalls =
                    mapOf<String, Connection.() -> Unit>(
                        "before the answer" to { },
                        "within the head" to { write("HTTP/1.1 200 OK\r\n") },
                        "within the body" to { write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{") },
                    )
                for ((moment, beforeStall) in stalls) {
                    test("cancellation $moment ends the call at once and stays cancellation") {
                        stalling(beforeStall) { server, stalled, _ ->
                            newTransport().use { transport ->
                                supervisorScope {
                                    val call = async(Dispatchers.Default) { transport.send(get(server)) }
                                    stalled.await()
                                    withTimeout(5.seconds) { call.cancelAndJoin() }
                                    shouldThrow<CancellationException> { call.await() }
                                }
                            }
                        }
                    }
                }

                for ((moment, beforeStall) in stalls) {
                    test("cancellation $moment closes the connection at once") {
                        stalling(beforeStall) { server, stalled, ended ->
                            newTransport().use { transport ->
                                val call = async(Dispatchers.Default) { transport.send(get(server)) }
                                stalled.await()
                                call.cancel()
                                withTimeout(5.seconds) { ended.await() }
                            }
                        }
                    }
                }

                test("a call after close is a TransportException, not a cancellation") {
                    val transport = newTransport()
                    transport.close()
                    LocalServer { respond() }.use { server ->
                        shouldThrow<TransportException> { transport.send(get(server)) }.code shouldBe
                            ErrorCode.NETWORK_ERROR
                        server.requests.size shouldBe 0
                    }
                }
            }
        }

        test("closing the JDK's client ends its call in flight with a TransportException") {
            stalling({ }) { server, stalled, _ ->
                val transport = HttpEngine.JAVA.createTransport()
                supervisorScope {
                    val call = async(Dispatchers.Default) { transport.send(get(server)) }
                    stalled.await()
                    transport.close()
                    shouldThrow<TransportException> { call.await() }.code shouldBe ErrorCode.NETWORK_ERROR
                }
            }
        }
    })

/** Runs [test] with a server that writes [before] and completes the first future; the second when its client hangs up. */
private suspend fun stalling(
    before: Connection.() -> Unit,
    test: suspend CoroutineScope.(LocalServer, CompletableFuture<Unit>, CompletableFuture<Unit>) -> Unit,
) {
    val stalled = CompletableFuture<Unit>()
    val ended = CompletableFuture<Unit>()
    val server =
        LocalServer {
            before()
            stalled.complete(Unit)
            try {
                awaitEnd()
            } finally {
                ended.complete(Unit)
            }
        }
    server.use { coroutineScope { test(server, stalled, ended) } }
}
