package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.TransportException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.HttpResponse
import dev.openidclient.testing.JwksServer
import dev.openidclient.testing.JwksServer.Companion.keys
import dev.openidclient.testing.JwksServer.Companion.token
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.response
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainOnly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withTimeoutOrNull
import java.io.IOException
import java.net.SocketTimeoutException
import java.time.Duration

private const val OK = "verified"

class JwksCacheConcurrencySpec :
    FunSpec({
        val slowly: suspend () -> HttpResponse = {
            delay(1000)
            keys(TestKeys.rsa)
        }

        context("many who ask at once share one download") {
            for (limit in listOf(Duration.ofSeconds(30), Duration.ZERO)) {
                test("with a timeout of $limit") {
                    runTest {
                        val server = JwksServer(slowly)
                        val client = server.client { timeout = limit }

                        asking(client, 1000).awaitAll().shouldContainOnly(OK)
                        server.downloads shouldBe 1
                        currentTime shouldBe 1000
                    }
                }
            }

            test("of keys that are too old") {
                runTest {
                    val server = JwksServer()
                    val client = server.client()
                    client.jwks.verify(token())
                    server.clock.advance(300)
                    server.answer = slowly

                    asking(client, 100).awaitAll().shouldContainOnly(OK)
                    server.downloads shouldBe 2
                }
            }

            test("for an unknown kid") {
                runTest {
                    val server = JwksServer { keys(TestKeys.otherRsa) }
                    val client = server.client()
                    client.jwks.verify(token(TestKeys.otherRsa))
                    server.clock.advance(60)
                    server.answer = slowly

                    asking(client, 100).awaitAll().shouldContainOnly(OK)
                    server.downloads shouldBe 2
                }
            }

            test("for unknown kids that stay unknown") {
                runTest {
                    val server = JwksServer(slowly)
                    val client = server.client()
                    val calls =
                        List(
                            100,
                        ) { async { shouldThrow<ValidationException> { client.jwks.verify(token(kid = "$it")) } } }

                    calls.awaitAll().map { it.code }.shouldContainOnly(ErrorCode.KEY_SELECTION_FAILED)
                    server.downloads shouldBe 1
                }
            }
        }

        context("a failure") {
            test("of the network is shared by all who wait") {
                runTest {
                    val server =
                        JwksServer {
                            delay(1000)
                            throw IOException()
                        }
                    val client = server.client()
                    val calls = List(100) { async { shouldThrow<TransportException> { client.jwks.verify(token()) } } }

                    calls.awaitAll().map { it.code }.shouldContainOnly(ErrorCode.NETWORK_ERROR)
                    server.downloads shouldBe 1
                }
            }

            test("of the server is shared by all who wait") {
                runTest {
                    val server =
                        JwksServer {
                            delay(1000)
                            response("{}", status = 500)
                        }
                    val client = server.client()
                    val calls =
                        List(100) { async { shouldThrow<InvalidResponseException> { client.jwks.verify(token()) } } }

                    calls.awaitAll().map { it.status }.shouldContainOnly(500)
                    server.downloads shouldBe 1
                }
            }

            test("is not shared by who asks afterwards") {
                runTest {
                    val server = JwksServer { throw IOException() }
                    val client = server.client()
                    List(10) { async { shouldThrow<TransportException> { client.jwks.verify(token()) } } }.awaitAll()
                    server.answer = slowly

                    asking(client, 10).awaitAll().shouldContainOnly(OK)
                }
            }

            test("that is a defect of the transport is nobody else's") {
                runTest {
                    var first = true
                    val server = JwksServer()
                    server.answer = {
                        delay(1000)
                        require(!first.also { first = false }) { "a defect" }
                        keys(TestKeys.rsa)
                    }
                    val client = server.client()
                    val leader = async { shouldThrow<IllegalArgumentException> { client.jwks.verify(token()) } }
                    runCurrent()
                    val waiting = asking(client, 10)

                    leader.await().message shouldBe "a defect"
                    waiting.awaitAll().shouldContainOnly(OK)
                    server.downloads shouldBe 2
                }
            }
        }

        test("a timeout that the transport itself reports is nobody else's") {
            runTest {
                var first = true
                val server = JwksServer()
                server.answer = {
                    delay(1000)
                    if (first.also { first = false }) throw SocketTimeoutException()
                    keys(TestKeys.rsa)
                }
                val client = server.client()
                val leader = async { shouldThrow<TransportException> { client.jwks.verify(token()) } }
                runCurrent()
                val waiting = asking(client, 10)

                leader.await().code shouldBe ErrorCode.TIMEOUT
                waiting.awaitAll().shouldContainOnly(OK)
                server.downloads shouldBe 2
            }
        }

        context("cancellation") {
            test("of one who waits harms nobody") {
                runTest {
                    val server = JwksServer(slowly)
                    val calls = asking(server.client(), 10)
                    calls[5].cancelAndJoin()

                    (calls - calls[5]).awaitAll().shouldContainOnly(OK)
                    server.downloads shouldBe 1
                    currentTime shouldBe 1000
                }
            }

            test("of the one who downloads hands over to exactly one other") {
                runTest {
                    val server = JwksServer(slowly)
                    val calls = asking(server.client(), 100)
                    advanceTimeBy(500)
                    calls[0].cancelAndJoin()
                    runCurrent()

                    server.downloads shouldBe 2
                    calls.drop(1).awaitAll().shouldContainOnly(OK)
                    server.downloads shouldBe 2
                    currentTime shouldBe 1500
                }
            }

            test("of the one who downloads hands over to one, also where that has its answer at once") {
                runTest {
                    val server = JwksServer { awaitCancellation() }
                    val calls = asking(server.client(), 10)
                    server.answer = { keys(TestKeys.rsa) }
                    calls[0].cancelAndJoin()

                    calls.drop(1).awaitAll().shouldContainOnly(OK)
                    server.downloads shouldBe 2
                }
            }

            test("of one after the other hands over each time") {
                runTest {
                    val server = JwksServer(slowly)
                    val calls = asking(server.client(), 10)
                    for (call in calls.dropLast(1)) call.cancelAndJoin().also { runCurrent() }

                    calls.last().await() shouldBe OK
                    server.downloads shouldBe 10
                }
            }

            test("of all leaves nothing behind") {
                runTest {
                    val server = JwksServer { awaitCancellation() }
                    val client = server.client()
                    for (call in asking(client, 10)) call.cancelAndJoin()
                    server.answer = slowly

                    asking(client, 10).awaitAll().shouldContainOnly(OK)
                }
            }

            test("stays cancellation, for who downloads and for who waits") {
                runTest {
                    val client = JwksServer { awaitCancellation() }.client()
                    for (call in asking(client, 2)) {
                        call.cancel(CancellationException("enough"))

                        shouldThrow<CancellationException> { call.await() }.message shouldBe "enough"
                    }
                }
            }

            test("by a timeout of the caller's own hands over too") {
                runTest {
                    val server = JwksServer(slowly)
                    val client = server.client()
                    val leader = async { withTimeoutOrNull(500) { client.jwks.verify(token()) } }
                    runCurrent()
                    val waiting = asking(client, 10)

                    leader.await().shouldBeNull()
                    waiting.awaitAll().shouldContainOnly(OK)
                    server.downloads shouldBe 2
                }
            }
        }

        context("the timeout") {
            test("of the one who downloads is not that of those who wait") {
                runTest {
                    val server = JwksServer { awaitCancellation() }
                    val client = server.client()
                    val leader = async { shouldThrow<TransportException> { client.jwks.verify(token()) } }
                    advanceTimeBy(10_000)
                    val waiting = asking(client, 10)
                    runCurrent()
                    server.answer = slowly

                    leader.await().code shouldBe ErrorCode.TIMEOUT
                    currentTime shouldBe 30_000
                    waiting.awaitAll().shouldContainOnly(OK)
                    server.downloads shouldBe 2
                }
            }

            test("of one who waits counts from when it asked, also after it took over") {
                runTest {
                    val client = JwksServer { awaitCancellation() }.client()
                    launch { shouldThrow<TransportException> { client.jwks.verify(token()) } }
                    advanceTimeBy(10_000)

                    shouldThrow<TransportException> { client.jwks.verify(token()) }.code shouldBe ErrorCode.TIMEOUT
                    currentTime shouldBe 40_000
                }
            }

            test("of one who waits harms nobody") {
                runTest {
                    val server = JwksServer()
                    server.answer = {
                        delay(20_000)
                        keys(TestKeys.rsa)
                    }
                    val client = server.client()
                    val leader = asking(client, 1)
                    runCurrent()
                    val impatient = async { withTimeoutOrNull(5000) { client.jwks.verify(token()) } }

                    impatient.await().shouldBeNull()
                    currentTime shouldBe 5000
                    leader.awaitAll().shouldContainOnly(OK)
                    server.downloads shouldBe 1
                }
            }
        }
    })

private fun TestScope.asking(
    client: OpenIdClient,
    count: Int,
): List<Deferred<String>> {
    val token = token()
    val calls =
        List(count) {
            async {
                client.jwks.verify(token)
                OK
            }
        }
    runCurrent()
    return calls
}
