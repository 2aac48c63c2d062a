package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TransportException
import dev.openidclient.http.HttpResponse
import dev.openidclient.testing.JwksServer
import dev.openidclient.testing.JwksServer.Companion.keys
import dev.openidclient.testing.JwksServer.Companion.token
import dev.openidclient.testing.TestKeys
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainOnly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withTimeoutOrNull

class JwksCacheCancellationSpec :
    FunSpec({
        val slowly: suspend () -> HttpResponse = {
            delay(1000)
            keys(TestKeys.rsa)
        }

        context("cancellation") {
            test("of one who waits harms nobody") {
                runTest {
                    val server = JwksServer(slowly)
                    val calls = asking(server.client(), 10)
                    calls[5].cancelAndJoin()

                    (calls - calls[5]).awaitAll().shouldContainOnly(VERIFIED)
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
                    calls.drop(1).awaitAll().shouldContainOnly(VERIFIED)
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

                    calls.drop(1).awaitAll().shouldContainOnly(VERIFIED)
                    server.downloads shouldBe 2
                }
            }

            test("of one after the other hands over each time") {
                runTest {
                    val server = JwksServer(slowly)
                    val calls = asking(server.client(), 10)
                    for (call in calls.dropLast(1)) call.cancelAndJoin().also { runCurrent() }

                    calls.last().await() shouldBe VERIFIED
                    server.downloads shouldBe 10
                }
            }

            test("of all leaves nothing behind") {
                runTest {
                    val server = JwksServer { awaitCancellation() }
                    val client = server.client()
                    for (call in asking(client, 10)) call.cancelAndJoin()
                    server.answer = slowly

                    asking(client, 10).awaitAll().shouldContainOnly(VERIFIED)
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
                    waiting.awaitAll().shouldContainOnly(VERIFIED)
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
                    waiting.awaitAll().shouldContainOnly(VERIFIED)
                    server.downloads shouldBe 2
                }
            }

            test("counts as a failed download: after four of them nobody waits for the next") {
                runTest {
                    val server = JwksServer { awaitCancellation() }
                    val client = server.client()
                    repeat(4) {
                        shouldThrow<TransportException> { client.jwks.verify(token()) }.code shouldBe ErrorCode.TIMEOUT
                    }
                    val before = currentTime

                    shouldThrow<TransportException> { client.jwks.verify(token()) }.message shouldContain
                        "is not downloaded for another 30 s"
                    currentTime shouldBe before
                    server.downloads shouldBe 4
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
                    leader.awaitAll().shouldContainOnly(VERIFIED)
                    server.downloads shouldBe 1
                }
            }
        }
    })
