package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.Reached
import dev.openidclient.error.TransportException
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.USER_AGENT
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.RecordingTransport
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CancellationException
import java.io.IOException

private val REQUEST = HttpRequest("GET", "$ISSUER/a?code=s3cret")

class SendingSpec :
    FunSpec({
        context("a request") {
            val transport = RecordingTransport { HttpResponse(200) }

            beforeTest { transport.requests.clear() }

            test("names the library") {
                connection(transport).send(REQUEST)

                transport.requests.single().headers["user-agent"] shouldBe USER_AGENT
            }

            test("keeps the user agent that it has") {
                connection(transport).send(REQUEST.withHeader("User-Agent", "own/1"))

                transport.requests.single().headers.all("user-agent") shouldBe listOf("own/1")
            }

            test("keeps method, URL, headers and body") {
                val request = HttpRequest("PUT", REQUEST.url, HttpHeaders.of("accept" to "a/b"))
                connection(transport).send(request)

                transport.requests.single() shouldBe request.withHeader("user-agent", USER_AGENT)
            }

            test("loses the fragment of its URL") {
                connection(transport).send(HttpRequest("GET", "$ISSUER/a?b=1#c"))

                transport.requests.single().url shouldBe "$ISSUER/a?b=1"
            }

            test("carries the bound of the settings, whatever it says itself") {
                val request = HttpRequest("GET", REQUEST.url, maximumResponseSize = 5)
                connection(transport) { maximumResponseSize = 10 }.send(request)

                transport.requests.single().maximumResponseSize shouldBe 10
            }
        }

        context("an answer of a transport that ignores the bound") {
            test("is taken at the bound") {
                val connection =
                    connection({ HttpResponse(200, body = ByteArray(10)) }) {
                        maximumResponseSize =
                            10
                    }

                connection.send(REQUEST).bodySize shouldBe 10
            }

            test("is refused beyond it") {
                val connection =
                    connection({ HttpResponse(203, body = ByteArray(11)) }) {
                        maximumResponseSize =
                            10
                    }
                val e = shouldThrow<InvalidResponseException> { connection.send(REQUEST) }

                e.code shouldBe ErrorCode.RESPONSE_IS_NOT_CONFORM
                e.status shouldBe 203
                e.message shouldBe
                    "GET $ISSUER/a: the body of the answer is longer than the allowed 10 bytes (maximumResponseSize)"
            }

            test("is refused beyond 1 MiB by default") {
                val connection = connection({ HttpResponse(200, body = ByteArray(1024 * 1024 + 1)) })

                shouldThrow<InvalidResponseException> { connection.send(REQUEST) }
            }
        }

        context("a failure of the transport") {
            test("becomes a TransportException where it is an IOException") {
                val failure = IOException("broken")
                val e = shouldThrow<TransportException> { connection({ throw failure }).send(REQUEST) }

                e.code shouldBe ErrorCode.NETWORK_ERROR
                e.cause shouldBeSameInstanceAs failure
                e.message shouldBe "no answer from GET $ISSUER/a: IOException"
                e.request shouldBe "GET $ISSUER/a"
                e.reached shouldBe Reached.UNKNOWN
            }

            test("keeps its cause without what that repeats of the request") {
                val failure = IOException("$ISSUER/a?code=s3cret", IOException("s3cret"))
                val e = shouldThrow<TransportException> { connection({ throw failure }).send(REQUEST) }

                e.stackTraceToString() shouldNotContain "s3cret"
                e.cause?.message shouldBe "java.io.IOException: $ISSUER/a██"
            }

            test("becomes a TransportException where the transport was cancelled, but its caller was not") {
                val e =
                    shouldThrow<TransportException> {
                        connection({ throw CancellationException("the engine is closed") }).send(REQUEST)
                    }

                e.code shouldBe ErrorCode.NETWORK_ERROR
            }

            test("stays what it is where it is this library's") {
                val failure = InvalidResponseException(ErrorCode.RESPONSE_IS_NOT_CONFORM, "too long")

                val e = shouldThrow<InvalidResponseException> { connection({ throw failure }).send(REQUEST) }

                e.message shouldBe "GET $ISSUER/a: too long"
                e.reached shouldBe Reached.ANSWERED
            }

            for (failure in listOf(IllegalArgumentException("a defect"), IllegalStateException("a defect"))) {
                test("stays what it is where it is a defect of the transport: ${failure.javaClass.simpleName}") {
                    shouldThrow<RuntimeException> { connection({ throw failure }).send(REQUEST) }::class shouldBe
                        failure::class
                }
            }

            test("is not tried again") {
                val transport = RecordingTransport { throw IOException() }
                shouldThrow<TransportException> { connection(transport).send(REQUEST) }

                transport.requests.size shouldBe 1
            }
        }
    })

private fun connection(
    transport: HttpTransport,
    configure: ConnectionSettings.() -> Unit = {},
): Connection =
    Connection.open {
        this.transport = transport
        configure()
    }
