package dev.openidclient.contract

import dev.openidclient.contract.LocalServer.Connection
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.TransportException
import dev.openidclient.http.HttpBody
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.Parameters
import dev.openidclient.testserver.OwnCertificate
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.future.await
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withTimeout
import java.io.ByteArrayOutputStream
import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.util.concurrent.CompletableFuture
import java.util.zip.GZIPOutputStream

/**
 * What an [HttpTransport] owes to the library, as checks at real servers on 127.0.0.1. Extend it for a transport of
 * your own, and run each of [checks] as a test: with Kotest `for (check in checks()) test(check.name) { check.run() }`,
 * with JUnit a `@TestFactory` that returns `checks().stream().map(check -> dynamicTest(check.getName(), check::run))`.
 */
public abstract class HttpTransportContract {
    /** A new transport with the settings that it will have. One that is [AutoCloseable] is closed after its check. */
    public abstract fun newTransport(): HttpTransport

    /** Whether a request without a body may be sent again: some engines do it, and a DPoP proof is lost with it. */
    public open val repeatsReading: Boolean get() = false

    /** Each is independent of the others, and takes seconds at most. */
    public fun checks(): List<ContractCheck> =
        sending() + receiving() + once() + bounds() + failures() + cancellation() + several()

    private fun sending(): List<ContractCheck> =
        listOf(
            ContractCheck("a form is sent with its bytes, its type as it is written and its length, once each") {
                val form = HttpBody.form(Parameters.of("code" to "a b+ä", "scope" to "x"))
                val sent = sent { HttpRequest("POST", it, body = form) }
                equal("POST /token HTTP/1.1", sent.requestLine)
                equal("code=a+b%2B%C3%A4&scope=x", sent.body.decodeToString())
                equal(listOf("application/x-www-form-urlencoded;charset=UTF-8"), sent.all("content-type"))
                equal(listOf("25"), sent.all("content-length"))
            },
            ContractCheck("an empty body is sent with its type and the length 0") {
                val sent = sent { HttpRequest("POST", it, body = HttpBody.json("")) }
                equal(listOf("application/json"), sent.all("content-type"))
                equal(listOf("0"), sent.all("content-length"))
            },
            ContractCheck("a request without a body has no type") {
                equal(emptyList<String>(), sent { HttpRequest("GET", it) }.all("content-type"))
                equal(emptyList<String>(), sent { HttpRequest("POST", it) }.all("content-type"))
            },
            ContractCheck("each header is sent with its value, once") {
                val headers =
                    HttpHeaders.of(
                        "accept" to "application/json",
                        "authorization" to "DPoP mF_9.B5f-4.1JqM",
                        "dpop" to "eyJ.e30.c2ln",
                        "user-agent" to "own/1",
                        "x-tenant" to "a b",
                    )
                val sent = sent { HttpRequest("GET", it, headers) }
                for (name in headers.names) equal(headers.all(name), sent.all(name))
            },
            ContractCheck("method and URL are sent as they are given") {
                val target = "/token/a%2Fb/?c=d+e&f=%20g&h=%c3%a4&i"
                equal("PURGE $target HTTP/1.1", sent { HttpRequest("PURGE", it.replace("/token", target)) }.requestLine)
            },
        )

    private fun receiving(): List<ContractCheck> =
        STATUSES.map { status ->
            ContractCheck("an answer of status $status is an answer, with its headers and its body") {
                val answer = answer { respond("$status X", "{\"ä\":1}", "X-A: 1", "x-a: 2", "WWW-Authenticate: Basic") }
                equal(status, answer.status)
                equal(listOf("1", "2"), answer.headers.all("x-a"))
                equal("Basic", answer.headers["www-authenticate"])
                equal("{\"ä\":1}", answer.bodyText())
            }
        } +
            listOf(
                ContractCheck("an answer without a body has an empty one") {
                    equal(0, answer { write("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n") }.bodySize)
                },
                ContractCheck("what a HEAD request hears of a body is not awaited, and not too long") {
                    val answer =
                        answer({ HttpRequest("HEAD", it, maximumResponseSize = 10) }) {
                            write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n")
                        }
                    equal(0, answer.bodySize)
                },
                ContractCheck("a body in chunks is received") {
                    equal("{\"a\":1}", answer { write("${CHUNKED}3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n") }.bodyText())
                },
                ContractCheck("a body that ends with the connection is received") {
                    equal("abc", answer { write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc") }.bodyText())
                },
                ContractCheck("a compressed body is handed over as it came, with its header, or unpacked, without") {
                    val plain = "{\"a\":1}"
                    val packed = gzip(plain.encodeToByteArray())
                    val answer = answer { respondPacked(packed) }
                    val isPacked = "content-encoding" in answer.headers
                    equal((if (isPacked) packed else plain.encodeToByteArray()).toList(), answer.body.toList())
                },
            )

    private fun once(): List<ContractCheck> =
        REDIRECTS.map { status ->
            ContractCheck("a redirect of status $status is an answer, and is not followed") {
                val requests = requests({ post(it) }) { respond("$status X", "", "Location: /elsewhere") }
                equal(listOf("POST /token HTTP/1.1"), requests.map { it.requestLine })
            }
        } +
            TEMPTATIONS.map { (status, field) ->
                ContractCheck("an answer $status with $field does not make it send the request again") {
                    equal(1, requests({ post(it) }) { respond(status, "", field) }.size)
                    val reading = requests({ HttpRequest("GET", it) }) { respond(status, "", field) }
                    if (!repeatsReading) equal(1, reading.size)
                }
            } +
            listOf(
                ContractCheck("a request with a body whose connection breaks is not sent again") {
                    equal(1, requests({ post(it) }) { }.size)
                    equal(1, requests({ post(it) }) { reset() }.size)
                },
                ContractCheck("nothing is kept: no cookie and no answer") {
                    val kept = arrayOf("Set-Cookie: a=b; Path=/", "Cache-Control: max-age=3600")
                    val requests = requests({ HttpRequest("GET", it) }, times = 2) { respond("200 OK", "{}", *kept) }
                    equal(2, requests.size)
                    equal(emptyList<String>(), requests.flatMap { it.all("cookie") })
                },
            )

    private fun bounds(): List<ContractCheck> =
        listOf(
            ContractCheck("a body of the bound is received") {
                equal(5_000, answer({ bounded(it, 5_000) }) { respond(body = "x".repeat(5_000)) }.bodySize)
            },
            ContractCheck("a body of one byte more is refused") {
                refused({ bounded(it, 5_000) }) { respond(body = "x".repeat(5_001)) }
            },
            ContractCheck("a body that is announced longer is refused before it comes") {
                refused({ bounded(it, 10) }) {
                    write("HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n")
                    awaitEnd()
                }
            },
            ContractCheck("a body without end is refused at the bound, and the connection is closed") {
                val ended = CompletableFuture<Unit>()
                refused({ bounded(it, 100_000) }) {
                    try {
                        write(CHUNKED)
                        while (true) write("3E8\r\n${"x".repeat(1_000)}\r\n")
                    } finally {
                        ended.complete(Unit)
                    }
                }
                ended.await()
            },
            ContractCheck("a compressed body does not grow beyond the bound") {
                val packed = gzip(ByteArray(1_000_000))
                try {
                    val answer = answer({ bounded(it, 10_000) }) { respondPacked(packed) }
                    equal(packed.size, answer.bodySize)
                } catch (_: InvalidResponseException) {
                    // unpacked up to the bound
                }
            },
        )

    private fun failures(): List<ContractCheck> =
        BROKEN.map { (name, answer) ->
            ContractCheck("$name is a failure of the network") { failed { send(answer = answer) } }
        } +
            listOf(
                ContractCheck("a connection that is refused is a failure of the network") {
                    val port = ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")).use { it.localPort }
                    failed { using { it.send(post("http://127.0.0.1:$port/token")) } }
                },
                ContractCheck("an unknown host is a failure of the network") {
                    failed { using { it.send(post("http://nonexistent.invalid/token")) } }
                },
                ContractCheck("nothing is sent to a server whose certificate nobody trusts") {
                    LocalServer(OwnCertificate().listener()) { respond() }.use { server ->
                        failed { using { it.send(post("https://127.0.0.1:${server.port}/token")) } }
                        equal(0, server.requests.size)
                    }
                },
                ContractCheck("after a failure the next request is answered") {
                    val answers = ArrayDeque<Connection.() -> Unit>(listOf({ }, { respond(body = "ok") }))
                    LocalServer { answers.removeFirst()() }.use { server ->
                        using {
                            failed { it.send(post(url(server))) }
                            equal("ok", it.send(post(url(server))).bodyText())
                        }
                    }
                },
            )

    private fun cancellation(): List<ContractCheck> =
        STALLS.map { (moment, before) ->
            ContractCheck("cancellation $moment ends the call at once, stays cancellation, and closes the connection") {
                val stalled = CompletableFuture<Unit>()
                val ended = CompletableFuture<Unit>()
                val answer: Connection.() -> Unit = {
                    before()
                    stalled.complete(Unit)
                    try {
                        awaitEnd()
                    } finally {
                        ended.complete(Unit)
                    }
                }
                LocalServer(answer = answer).use { server ->
                    using { transport ->
                        supervisorScope {
                            val call = async { transport.send(post(url(server))) }
                            stalled.await()
                            withTimeout(AT_ONCE) { call.cancelAndJoin() }
                            thrown<CancellationException> { call.await() }
                            withTimeout(AT_ONCE) { ended.await() }
                        }
                    }
                }
            }
        }

    private fun several(): List<ContractCheck> =
        listOf(
            ContractCheck("many may send at once, and each has the answer to its own request") {
                LocalServer
                    .conversing { readRequest()?.let { respond(body = it.requestLine) } }
                    .use { server ->
                        using { transport ->
                            coroutineScope {
                                List(SEVERAL) { number ->
                                    async {
                                        val answer = transport.send(HttpRequest("GET", "${url(server)}/$number"))
                                        equal("GET /token/$number HTTP/1.1", answer.bodyText())
                                    }
                                }.awaitAll()
                            }
                        }
                    }
            },
        )

    private suspend fun <T> using(use: suspend (HttpTransport) -> T): T {
        val transport = newTransport()
        try {
            return use(transport)
        } finally {
            (transport as? AutoCloseable)?.close()
        }
    }

    /** Sends [request] to a server that answers with [answer], again and again. */
    private suspend fun send(
        request: (String) -> HttpRequest = ::post,
        times: Int = 1,
        answer: Connection.() -> Unit,
    ): Pair<HttpResponse, LocalServer> =
        LocalServer(answer = answer).use { server ->
            using { transport -> List(times) { transport.send(request(url(server))) }.last() to server }
        }

    private suspend fun sent(request: (String) -> HttpRequest): LocalServer.RawRequest =
        send(request) { respond() }.second.requests.single()

    private suspend fun answer(
        request: (String) -> HttpRequest = ::post,
        answer: Connection.() -> Unit,
    ): HttpResponse = send(request, answer = answer).first

    /** What comes to the server, whatever comes of it. */
    private suspend fun requests(
        request: (String) -> HttpRequest,
        times: Int = 1,
        answer: Connection.() -> Unit,
    ): List<LocalServer.RawRequest> =
        LocalServer(answer = answer).use { server ->
            using { transport ->
                repeat(times) {
                    try {
                        transport.send(request(url(server)))
                    } catch (_: TransportException) {
                        // as the connection broke
                    } catch (_: IOException) {
                        // the same
                    }
                }
            }
            server.requests
        }

    private suspend fun refused(
        request: (String) -> HttpRequest,
        answer: Connection.() -> Unit,
    ) = equal(200, thrown<InvalidResponseException> { answer(request, answer) }.status)

    private companion object {
        const val AT_ONCE = 5_000L

        /** More than many an engine sends to one host at a time. */
        const val SEVERAL = 20

        const val CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

        val STATUSES = listOf(200, 201, 400, 401, 403, 404, 429, 500, 503)
        val REDIRECTS = listOf(301, 302, 303, 307, 308)

        val TEMPTATIONS =
            listOf(
                "401 X" to "WWW-Authenticate: Basic realm=\"a\"",
                "408 X" to "Retry-After: 0",
                "421 X" to "Retry-After: 0",
                "425 X" to "Retry-After: 0",
                "429 X" to "Retry-After: 0",
                "503 X" to "Retry-After: 0",
            )

        val BROKEN: Map<String, Connection.() -> Unit> =
            mapOf(
                "a connection that is closed without an answer" to { },
                "a connection that is reset" to { reset() },
                "an answer that is no HTTP" to { write("SSH-2.0-OpenSSH_9.6\r\n\r\n") },
                "an answer cut off in its head" to { write("HTTP/1.1 200 OK\r\nContent-Le") },
                "an answer cut off in its body" to { write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}") },
                "an answer cut off in a chunk" to { write("${CHUNKED}64\r\n{}") },
                "an answer cut off before its last chunk" to { write("${CHUNKED}2\r\n{}\r\n") },
                "an answer with a broken status" to { write("HTTP/1.1 abc OK\r\n\r\n") },
                "an answer with a broken chunk size" to { write("${CHUNKED}zz\r\nabc\r\n0\r\n\r\n") },
            )

        val STALLS: Map<String, Connection.() -> Unit> =
            mapOf(
                "before the answer" to { },
                "within its head" to { write("HTTP/1.1 200 OK\r\n") },
                "within its body" to { write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{") },
            )

        fun url(server: LocalServer) = "http://127.0.0.1:${server.port}/token"

        fun post(url: String) = HttpRequest("POST", url, body = HttpBody.form(Parameters.of("code" to "a")))

        fun bounded(
            url: String,
            maximum: Int,
        ) = HttpRequest("POST", url, body = HttpBody.json("{}"), maximumResponseSize = maximum)

        fun gzip(bytes: ByteArray): ByteArray =
            ByteArrayOutputStream().also { GZIPOutputStream(it).use { packing -> packing.write(bytes) } }.toByteArray()

        fun Connection.respondPacked(packed: ByteArray) =
            write(
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${packed.size}\r\nConnection: close\r\n\r\n"
                    .encodeToByteArray() + packed,
            )

        fun <T> equal(
            expected: T,
            actual: T,
        ) {
            if (expected != actual) throw AssertionError("expected $expected, but was $actual")
        }

        /** An `IOException` becomes a [TransportException] above; nothing else may come of what a server does. */
        suspend fun failed(call: suspend () -> Any?) {
            val failure = thrown<Exception> { call() }
            if (failure !is TransportException &&
                failure !is IOException
            ) {
                throw AssertionError("thrown: $failure", failure)
            }
        }

        @Suppress("TooGenericExceptionCaught", "SuspendFunSwallowedCancellation") // whatever it is, the check judges it
        suspend inline fun <reified E : Throwable> thrown(crossinline call: suspend () -> Any?): E {
            val result =
                try {
                    call()
                } catch (e: Throwable) {
                    if (e is E) return e
                    throw AssertionError("expected ${E::class.simpleName}, but was $e", e)
                }
            throw AssertionError("expected ${E::class.simpleName}, but nothing was thrown: $result")
        }
    }
}
