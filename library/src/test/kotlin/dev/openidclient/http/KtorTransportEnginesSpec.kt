package dev.openidclient.http

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.TransportException
import dev.openidclient.testing.LocalServer
import dev.openidclient.testing.LocalServer.Connection
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.ktor.client.HttpClient
import io.ktor.client.engine.okhttp.OkHttp
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
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

private val okHttp by lazy { HttpClient(OkHttp) }

private const val CIO = "CIO"
private const val JDK = "the JDK's engine"

private val ENGINES =
    mapOf(
        JDK to { KtorTransport(HttpEngine.JAVA) },
        CIO to { KtorTransport(HttpEngine.CIO) },
        "an OkHttp that was handed in" to { KtorTransport(okHttp) },
    )

/** What holds for [KtorTransport] with every engine, against real servers. */
class KtorTransportEnginesSpec :
    FunSpec({
        timeout = 30_000

        afterSpec { okHttp.close() }

        for ((engine, newTransport) in ENGINES) {
            suspend fun exchange(
                request: (LocalServer) -> HttpRequest = { get(it) },
                answer: Connection.() -> Unit,
            ): Pair<HttpResponse, LocalServer> =
                newTransport().use { transport ->
                    LocalServer(answer = answer).use { server -> transport.send(request(server)) to server }
                }

            suspend fun tooLarge(
                maximum: Int,
                answer: Connection.() -> Unit,
            ) = shouldThrow<InvalidResponseException> { exchange({ get(it, maximum) }, answer) }

            context("through $engine") {
                test("an answer is received with status, headers and body") {
                    val (response, _) =
                        exchange {
                            respond(
                                "201 Created",
                                "{\"ä\":1}",
                                "Content-Type: application/json",
                                "X-A: 1",
                                "x-a: 2",
                            )
                        }
                    response.status shouldBe 201
                    response.headers["content-type"] shouldBe "application/json"
                    response.headers.all("x-a") shouldBe listOf("1", "2")
                    response.bodyText() shouldBe "{\"ä\":1}"
                }

                for (status in listOf("204 No Content", "304 Not Modified")) {
                    test("an answer $status has no body") {
                        exchange { write("HTTP/1.1 $status\r\nConnection: close\r\n\r\n") }.first.bodySize shouldBe 0
                    }
                }

                for (status in listOf(400, 401, 403, 404, 429, 500, 503)) {
                    test("status $status is an answer like any other") {
                        val (response, _) =
                            exchange {
                                respond(
                                    "$status X",
                                    "{\"error\":\"x\"}",
                                    "WWW-Authenticate: Basic",
                                )
                            }
                        response.status shouldBe status
                        response.bodyText() shouldBe "{\"error\":\"x\"}"
                    }
                }

                for (status in listOf(301, 302, 303, 307, 308)) {
                    test("a redirect with status $status is not followed") {
                        val (response, server) = exchange { respond("$status X", "", "Location: /elsewhere") }
                        response.status shouldBe status
                        response.headers["location"] shouldBe "/elsewhere"
                        server.requests.size shouldBe 1
                    }
                }

                test("a form is sent with its bytes, its type and its length, once each") {
                    val form = HttpBody.form(Parameters.of("code" to "a b+ä", "scope" to "x"))
                    val (_, server) = exchange({ HttpRequest("POST", url(it), body = form) }) { respond() }
                    val sent = server.requests.single()
                    sent.requestLine shouldBe "POST / HTTP/1.1"
                    sent.body.decodeToString() shouldBe "code=a+b%2B%C3%A4&scope=x"
                    sent.all("content-type") shouldBe listOf("application/x-www-form-urlencoded;charset=UTF-8")
                    sent.all("content-length") shouldBe listOf("25")
                    sent.all("transfer-encoding") shouldBe emptyList()
                }

                test("an empty form is sent with its length 0") {
                    val (_, server) =
                        exchange({ HttpRequest("POST", url(it), body = HttpBody.form(Parameters.EMPTY)) }) { respond() }
                    server.requests.single().all("content-length") shouldBe listOf("0")
                }

                test("headers are sent with their values, once each") {
                    val headers =
                        HttpHeaders.of(
                            "accept" to "application/json",
                            "authorization" to "Bearer mF_9.B5f-4.1JqM",
                            "dpop" to "eyJ.e30.c2ln",
                            "user-agent" to "openid-client",
                            "x-tab" to "a\tb",
                        )
                    val (_, server) = exchange({ HttpRequest("GET", url(it), headers) }) { respond() }
                    for (name in headers.names) server.requests.single().all(name) shouldBe headers.all(name)
                }

                for (target in TARGETS) {
                    test("the URL $target is sent exactly as it is given") {
                        val (_, server) = exchange({ HttpRequest("GET", url(it) + target.drop(1)) }) { respond() }
                        server.requests.single().requestLine shouldBe "GET $target HTTP/1.1"
                    }
                }

                test("a method of its own is sent as it is given") {
                    val (_, server) = exchange({ HttpRequest("PURGE", url(it)) }) { respond() }
                    server.requests.single().requestLine shouldBe "PURGE / HTTP/1.1"
                }

                test("a HEAD request may hear of a body beyond the bound") {
                    val (response, _) =
                        exchange({ HttpRequest("HEAD", url(it), maximumResponseSize = 10) }) {
                            write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n")
                        }
                    response.bodySize shouldBe 0
                }

                test("a body of the bound is received") {
                    exchange({ get(it, maximum = 5_000) }) { respond(body = "x".repeat(5_000)) }.first.bodySize shouldBe
                        5_000
                }

                test("a chunked body is received") {
                    exchange { write("${CHUNKED}3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n") }.first.bodyText() shouldBe "abcde"
                }

                test("a body that ends with the connection is received") {
                    exchange { write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc") }.first.bodyText() shouldBe
                        "abc"
                }

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
                        WITHOUT_LAST_CHUNK to { write("${CHUNKED}3\r\nabc\r\n") },
                        "an answer cut off in its head" to { write("HTTP/1.1 200 OK\r\nContent-Le") },
                        "a connection closed without an answer" to { },
                        "an answer that is no HTTP" to { write("SSH-2.0-OpenSSH_9.6\r\n\r\n") },
                        "an answer with a broken chunk size" to { write("${CHUNKED}zz\r\nabc\r\n0\r\n\r\n") },
                        "an answer with a broken status" to { write("HTTP/1.1 abc OK\r\n\r\n") },
                    )
                // CIO takes the end of the connection for the last chunk
                for ((name, answer) in if (engine == CIO) broken - WITHOUT_LAST_CHUNK else broken) {
                    test("$name is a network error") {
                        shouldThrow<TransportException> { exchange(answer = answer) }.code shouldBe
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
                                exchange(answer = answer).first.status
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

                test("an unknown host is a network error") {
                    newTransport()
                        .use { transport ->
                            shouldThrow<TransportException> {
                                transport.send(
                                    HttpRequest("GET", "http://nonexistent.invalid/"),
                                )
                            }
                        }.code shouldBe ErrorCode.NETWORK_ERROR
                }

                test("an untrusted certificate is a network error, and no request is sent") {
                    LocalServer(LocalServer.untrustedTlsListener()) { respond() }.use { server ->
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
                        BEFORE_BODY[0] to { },
                        BEFORE_BODY[1] to { write("HTTP/1.1 200 OK\r\n") },
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

                // the JDK's client takes no notice before the body: the coroutine ends, the connection stays until the answer
                for ((moment, beforeStall) in if (engine == JDK) stalls - BEFORE_BODY else stalls) {
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

                test(
                    "a call after close is a TransportException, not a cancellation, unless the client was handed in",
                ) {
                    val transport = newTransport()
                    transport.close()
                    LocalServer { respond() }.use { server ->
                        if (engine.contains("handed in")) {
                            transport.send(get(server)).status shouldBe 200
                        } else {
                            shouldThrow<TransportException> { transport.send(get(server)) }.code shouldBe
                                ErrorCode.NETWORK_ERROR
                        }
                    }
                }
            }
        }

        for (engine in listOf(HttpEngine.JAVA, HttpEngine.CIO)) {
            test("closing a transport of $engine ends its call with a TransportException") {
                val stalled = CompletableDeferred<Unit>()
                LocalServer {
                    stalled.complete(Unit)
                    awaitEnd()
                }.use { server ->
                    val transport = KtorTransport(engine)
                    supervisorScope {
                        val call = async(Dispatchers.Default) { transport.send(get(server)) }
                        stalled.await()
                        transport.close()
                        server.close()
                        shouldThrow<TransportException> { call.await() }
                    }
                }
            }
        }
    })

private const val CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

private val TARGETS =
    listOf(
        "/",
        "/a/b;c=d/e.f~g_h-i",
        "/a%2Fb/%7E%c3%a4",
        "/a//b/",
        "/!\$&'()*+,;=:@",
        "/a?b=c+d&e=%20f&g=%2B&h=%c3%a4",
        "/a?b=c&b=d",
        "/a?b",
        "/a?b=",
        "/a?b=c=d",
        "/a?redirect_uri=https://b/c?d",
        "/a?b=~!*()/:@",
    )

private const val WITHOUT_LAST_CHUNK = "an answer cut off before its last chunk"

private val BEFORE_BODY = listOf("before the answer", "within the head")

/** Runs [test] with a server that writes [before], completes the first future, and the second when its client closes the connection. */
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

private fun url(server: LocalServer) = "http://127.0.0.1:${server.port}/"

private fun get(
    server: LocalServer,
    maximum: Int = HttpRequest.DEFAULT_MAXIMUM_RESPONSE_SIZE,
) = HttpRequest("GET", url(server), maximumResponseSize = maximum)
