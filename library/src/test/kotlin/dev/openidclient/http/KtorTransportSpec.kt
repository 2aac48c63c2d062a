package dev.openidclient.http

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.TransportException
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.ktor.client.HttpClient
import io.ktor.client.engine.mock.MockEngine
import io.ktor.client.engine.mock.respond
import io.ktor.client.engine.mock.toByteArray
import io.ktor.client.plugins.HttpRedirect
import io.ktor.client.plugins.HttpRequestRetry
import io.ktor.client.request.HttpRequestData
import io.ktor.http.HttpStatusCode
import io.ktor.http.headersOf
import io.ktor.util.AttributeKey
import io.ktor.utils.io.ByteChannel
import io.ktor.utils.io.close
import io.ktor.utils.io.writeFully
import io.ktor.utils.io.writer
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancel
import kotlinx.coroutines.isActive
import java.io.IOException
import java.util.concurrent.atomic.AtomicLong
import kotlin.time.Duration.Companion.seconds

class KtorTransportSpec :
    FunSpec({
        fun answering(
            body: ByteArray = ByteArray(0),
            status: Int = 200,
            vararg headers: Pair<String, List<String>>,
        ) = MockEngine { respond(body, HttpStatusCode.fromValue(status), headersOf(*headers)) }

        fun transport(engine: MockEngine) = KtorTransport(HttpClient(engine))

        suspend fun sent(request: HttpRequest): HttpRequestData {
            val engine = answering()
            transport(engine).send(request)
            return engine.requestHistory.single()
        }

        context("sends") {
            test("the method as it is written") {
                sent(HttpRequest("query", "https://a/")).method.value shouldBe "query"
            }

            test("every value of every header") {
                val headers = HttpHeaders.of("x-a" to "1", "x-a" to "2", "dpop" to "eyJ")
                val received = sent(HttpRequest("GET", "https://a/", headers)).headers
                received.getAll("x-a") shouldBe listOf("1", "2")
                received["dpop"] shouldBe "eyJ"
            }

            test("one accept header, the caller's") {
                sent(
                    HttpRequest("GET", "https://a/", HttpHeaders.of("accept" to "application/jwt")),
                ).headers.getAll("accept") shouldBe
                    listOf("application/jwt")
            }

            test("the body's bytes") {
                sent(HttpRequest("POST", "https://a/", body = HttpBody.form(Parameters.of("a" to "b c"))))
                    .body
                    .toByteArray()
                    .decodeToString() shouldBe "a=b+c"
            }

            test("what tells plugins of the client that the request is the library's own") {
                val own = AttributeKey<Unit>("dev.openidclient.own")
                for (body in listOf(null, HttpBody.json("{}"))) {
                    sent(HttpRequest("POST", "https://a/", body = body)).attributes.contains(own) shouldBe true
                }
            }

            test("no body where there is none") {
                sent(HttpRequest("GET", "https://a/")).body.contentLength.let { it == null || it == 0L } shouldBe true
            }
        }

        context("receives") {
            for (status in listOf(200, 201, 204, 301, 302, 307, 400, 401, 404, 500, 503, 599)) {
                test("status $status as an answer") {
                    transport(
                        answering("{}".encodeToByteArray(), status),
                    ).send(HttpRequest("GET", "https://a/")).status shouldBe
                        status
                }
            }

            test("headers in lower case with all their values") {
                val engine = answering(headers = arrayOf("WWW-Authenticate" to listOf("Basic", "Bearer")))
                transport(engine).send(HttpRequest("GET", "https://a/")).headers.all("www-authenticate") shouldBe
                    listOf("Basic", "Bearer")
            }

            test("the body's bytes, whatever they are") {
                val bytes = ByteArray(20_000) { it.toByte() }
                transport(answering(bytes)).send(HttpRequest("GET", "https://a/")).body shouldBe bytes
            }

            test("an empty body") {
                transport(answering()).send(HttpRequest("GET", "https://a/")).bodySize shouldBe 0
            }
        }

        context("a redirect") {
            val redirecting = {
                answering(
                    status = 302,
                    headers = arrayOf("Location" to listOf("https://evil.example/")),
                )
            }

            test("is not followed by a client that was handed in") {
                val engine = redirecting()
                transport(engine).send(HttpRequest("GET", "https://a/")).status shouldBe 302
                engine.requestHistory.size shouldBe 1
            }

            test("is not followed by a client whose own setting follows") {
                val engine = redirecting()
                KtorTransport(
                    HttpClient(engine) { followRedirects = true },
                ).send(HttpRequest("GET", "https://a/")).status shouldBe
                    302
                engine.requestHistory.size shouldBe 1
            }

            test("is refused as a plugin that was installed by hand") {
                shouldThrow<IllegalArgumentException> {
                    KtorTransport(HttpClient(answering()) { install(HttpRedirect) })
                }.message shouldContain "redirects"
            }
        }

        test("a status that expectSuccess would turn into an exception is an answer") {
            KtorTransport(HttpClient(answering(status = 500)) { expectSuccess = true })
                .send(HttpRequest("GET", "https://a/"))
                .status shouldBe 500
        }

        context("a body") {
            fun bounded(maximum: Int) = HttpRequest("GET", "https://a/", maximumResponseSize = maximum)

            test("of exactly the bound is received") {
                transport(answering(ByteArray(9_000))).send(bounded(9_000)).bodySize shouldBe 9_000
            }

            test("of one byte more is refused") {
                val thrown =
                    shouldThrow<InvalidResponseException> {
                        transport(
                            answering(ByteArray(9_001)),
                        ).send(bounded(9_000))
                    }
                thrown.code shouldBe ErrorCode.RESPONSE_IS_NOT_CONFORM
                thrown.status shouldBe 200
            }

            test("of one byte is refused where none may come") {
                shouldThrow<InvalidResponseException> { transport(answering(ByteArray(1))).send(bounded(0)) }
            }

            test("that is announced longer than the bound is refused before its first byte comes") {
                val engine =
                    MockEngine {
                        respond(ByteChannel(), HttpStatusCode.OK, headersOf("Content-Length", "1000000000000"))
                    }
                shouldThrow<InvalidResponseException> { transport(engine).send(bounded(1_000_000)) }
            }

            test("that is announced shorter than it is, is refused at the bound all the same") {
                val engine = answering(ByteArray(9_001), 200, "Content-Length" to listOf("10"))
                shouldThrow<InvalidResponseException> { transport(engine).send(bounded(9_000)) }
            }

            test("without end is refused, and nothing more of it is taken") {
                val produced = AtomicLong()
                shouldThrow<InvalidResponseException> { transport(endless(produced)).send(bounded(100_000)) }
                // what Ktor's channel holds before anybody reads it
                produced.get() shouldBeLessThan 4 * 1024 * 1024
            }

            test("that breaks off is a network error, even before the first read") {
                val broken = ByteChannel().also { it.close(IOException("broken")) }
                val engine = MockEngine { respond(broken, HttpStatusCode.OK) }
                shouldThrow<TransportException> { transport(engine).send(bounded(10)) }.code shouldBe
                    ErrorCode.NETWORK_ERROR
            }

            test("that is shorter than announced is a network error") {
                val engine = answering("{}".encodeToByteArray(), 200, "Content-Length" to listOf("100"))
                shouldThrow<TransportException> { transport(engine).send(bounded(1_000)) }.code shouldBe
                    ErrorCode.NETWORK_ERROR
            }

            test("that a 304 only hears of is not missed") {
                val engine = answering(status = 304, headers = arrayOf("Content-Length" to listOf("100")))
                transport(engine).send(bounded(10)).status shouldBe 304
            }

            test("that a HEAD request only hears of is not counted") {
                val engine = answering(headers = arrayOf("Content-Length" to listOf("1000000000000")))
                transport(engine).send(HttpRequest("HEAD", "https://a/", maximumResponseSize = 10)).bodySize shouldBe 0
            }
        }

        context("a failure") {
            test("of the engine is a TransportException") {
                val thrown =
                    shouldThrow<TransportException> {
                        transport(
                            MockEngine { throw IOException("broken") },
                        ).send(HttpRequest("GET", "https://a/b?c=d"))
                    }
                thrown.code shouldBe ErrorCode.NETWORK_ERROR
                thrown.message shouldBe "no answer from GET https://a/b: IOException"
            }

            test("is not tried again") {
                val calls = AtomicLong()
                val engine =
                    MockEngine {
                        calls.incrementAndGet()
                        throw IOException("broken")
                    }
                shouldThrow<TransportException> { transport(engine).send(HttpRequest("GET", "https://a/")) }
                calls.get() shouldBe 1
            }
        }

        test("a request is sent once through a client whose plugin would repeat it") {
            val engine = answering(status = 503)
            val client =
                HttpClient(engine) {
                    install(HttpRequestRetry) {
                        retryOnServerErrors(maxRetries = 3)
                        constantDelay(millis = 1)
                    }
                }
            val transport = KtorTransport(client)
            transport.send(HttpRequest("POST", "https://a/", body = HttpBody.json("{}"))).status shouldBe 503
            engine.requestHistory.size shouldBe 1
            transport.send(HttpRequest("GET", "https://a/", HttpHeaders.of("dpop" to "a.b.c"))).status shouldBe 503
            engine.requestHistory.size shouldBe 2
            transport.send(HttpRequest("GET", "https://a/")).status shouldBe 503
            engine.requestHistory.size shouldBe 6
        }

        test("closing the client that was handed in closes its engine") {
            val client = HttpClient(MockEngine) { engine { addHandler { respond("") } } }
            KtorTransport(client).send(HttpRequest("GET", "https://a/"))
            client.close()

            eventually(10.seconds) { client.engine.coroutineContext.isActive shouldBe false }
        }

        test("an engine that the caller made stays open when its client is closed") {
            val engine = answering()
            val client = HttpClient(engine)
            KtorTransport(client).send(HttpRequest("GET", "https://a/"))
            client.close()

            transport(engine).send(HttpRequest("GET", "https://a/")).status shouldBe 200
        }

        test("a call through a closed client that was handed in is a TransportException, and nothing is sent") {
            val calls = AtomicLong()
            val client =
                HttpClient(MockEngine) { engine { addHandler { respond("").also { calls.incrementAndGet() } } } }
            val transport = KtorTransport(client)
            client.close()

            shouldThrow<TransportException> { transport.send(HttpRequest("GET", "https://a/")) }.code shouldBe
                ErrorCode.NETWORK_ERROR
            calls.get() shouldBe 0
        }
    })

/** Answers with a body that never ends and counts what was taken of it. */
private fun endless(produced: AtomicLong) =
    MockEngine {
        val scope = CoroutineScope(Dispatchers.IO)
        val body =
            scope
                .writer {
                    try {
                        while (isActive) {
                            channel.writeFully(ByteArray(1_000))
                            channel.flush()
                            produced.addAndGet(1_000)
                        }
                    } finally {
                        scope.cancel()
                    }
                }.channel
        respond(body, HttpStatusCode.OK)
    }
