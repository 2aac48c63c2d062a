package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TransportException
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.KtorTransport
import dev.openidclient.testing.ISSUER
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.ktor.client.HttpClient
import io.ktor.client.engine.mock.MockEngine
import io.ktor.client.engine.mock.MockEngineConfig
import io.ktor.client.engine.mock.respond
import io.ktor.utils.io.ByteChannel
import io.ktor.utils.io.writeStringUtf8
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import java.io.IOException
import java.time.Duration
import java.time.temporal.ChronoUnit

private const val DAY = 86_400_000L

private val REQUEST = HttpRequest("GET", "$ISSUER/a?code=s3cret")

class SendingTimeoutSpec :
    FunSpec({
        context("the timeout") {
            test("ends a request that is not answered after 30 seconds") {
                runTest {
                    val e = shouldThrow<TransportException> { connection({ awaitCancellation() }).send(REQUEST) }

                    currentTime shouldBe 30_000
                    e.code shouldBe ErrorCode.TIMEOUT
                    e.message shouldBe "GET $ISSUER/a was not answered within 30 s (timeout in the settings)"
                }
            }

            test("is the one of the settings") {
                runTest {
                    shouldThrow<TransportException> {
                        connection({ awaitCancellation() }, Duration.ofMillis(1500)).send(REQUEST)
                    }

                    currentTime shouldBe 1500
                }
            }

            test("lets an answer pass that comes just in time") {
                runTest {
                    connection(answerAfter(29_999)).send(REQUEST).status shouldBe 200
                }
            }

            test("is each request's own") {
                runTest {
                    val connection = connection(answerAfter(20_000))
                    connection.send(REQUEST)

                    connection.send(REQUEST).status shouldBe 200
                }
            }

            test("ends a request whose body does not come to its end") {
                runTest {
                    val connection = connection(endlessBody())
                    val e = shouldThrow<TransportException> { connection.send(REQUEST) }

                    currentTime shouldBe 30_000
                    e.code shouldBe ErrorCode.TIMEOUT
                }
            }

            test("cancels the transport") {
                runTest {
                    val cancelled = CompletableDeferred<Throwable>()
                    val transport =
                        HttpTransport {
                            try {
                                awaitCancellation()
                            } catch (e: CancellationException) {
                                cancelled.complete(e)
                                throw e
                            }
                        }
                    shouldThrow<TransportException> { connection(transport).send(REQUEST) }

                    cancelled.isCompleted shouldBe true
                }
            }

            test("of zero is none") {
                runTest {
                    connection(answerAfter(DAY), Duration.ZERO).send(REQUEST).status shouldBe 200
                }
            }

            test("of less than a millisecond is one") {
                runTest {
                    val e =
                        shouldThrow<TransportException> {
                            connection({ awaitCancellation() }, Duration.ofNanos(1)).send(REQUEST)
                        }

                    e.code shouldBe ErrorCode.TIMEOUT
                }
            }

            test("may be longer than any request") {
                runTest {
                    connection(answerAfter(DAY), ChronoUnit.FOREVER.duration).send(REQUEST).status shouldBe 200
                }
            }
        }

        context("the caller's own timeout") {
            test("stays one") {
                runTest {
                    shouldThrowExactly<TimeoutCancellationException> {
                        withTimeout(1000) { connection({ awaitCancellation() }).send(REQUEST) }
                    }

                    currentTime shouldBe 1000
                }
            }

            test("stays one while the body is being read") {
                runTest {
                    withTimeoutOrNull(1000) { connection(endlessBody()).send(REQUEST) }.shouldBeNull()

                    currentTime shouldBe 1000
                }
            }

            test("stays one where there is no other") {
                runTest {
                    withTimeoutOrNull(
                        1000,
                    ) { connection({ awaitCancellation() }, Duration.ZERO).send(REQUEST) }.shouldBeNull()
                }
            }

            test("stays one where both are up at the same time") {
                runTest {
                    withTimeoutOrNull(30_000) { connection({ awaitCancellation() }).send(REQUEST) }.shouldBeNull()
                }
            }
        }

        val failures =
            listOf(IOException("cancelled"), TransportException(ErrorCode.NETWORK_ERROR, "cancelled"))
        for (failure in failures) {
            context("a transport that makes a failure of its cancellation: ${failure.javaClass.simpleName}") {
                val transport =
                    HttpTransport {
                        try {
                            awaitCancellation()
                        } catch (_: CancellationException) {
                            throw failure
                        }
                    }

                test("ends in the timeout all the same") {
                    runTest {
                        shouldThrow<TransportException> { connection(transport).send(REQUEST) }.code shouldBe
                            ErrorCode.TIMEOUT
                    }
                }

                test("does not hide the caller's own timeout") {
                    runTest {
                        withTimeoutOrNull(1000) { connection(transport).send(REQUEST) }.shouldBeNull()
                    }
                }

                test("does not hide the caller's cancellation") {
                    runTest {
                        var thrown: Throwable? = null
                        val call =
                            launch {
                                thrown = shouldThrow<CancellationException> { connection(transport).send(REQUEST) }
                            }
                        runCurrent()
                        call.cancelAndJoin()

                        thrown.shouldBeInstanceOf<CancellationException>()
                    }
                }
            }
        }

        context("cancellation of the caller") {
            test("stays cancellation") {
                runTest {
                    val call = async { connection({ awaitCancellation() }).send(REQUEST) }
                    runCurrent()
                    call.cancel(CancellationException("enough"))

                    shouldThrow<CancellationException> { call.await() }.message shouldBe "enough"
                    currentTime shouldBe 0
                }
            }
        }
    })

private fun answerAfter(milliseconds: Long) =
    HttpTransport {
        delay(milliseconds)
        HttpResponse(200)
    }

/** Headers and one byte come, and then nothing more. */
private fun TestScope.endlessBody(): HttpTransport {
    val body = ByteChannel()
    val configuration =
        MockEngineConfig().apply {
            dispatcher = StandardTestDispatcher(testScheduler)
            addHandler {
                body.writeStringUtf8("{")
                body.flush()
                respond(body)
            }
        }
    return KtorTransport(HttpClient(MockEngine(configuration)))
}

private fun connection(
    transport: HttpTransport,
    timeout: Duration? = null,
): Connection =
    Connection.open {
        this.transport = transport
        timeout?.let { this.timeout = it }
    }
