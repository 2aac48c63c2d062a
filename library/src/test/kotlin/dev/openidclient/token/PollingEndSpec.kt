package dev.openidclient.token

import dev.openidclient.clientauth.ClientAuthentication
import dev.openidclient.device.deviceCodeGrant
import dev.openidclient.device.deviceCodePolls
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TransportException
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.PolledServer
import dev.openidclient.testing.PolledServer.Companion.failure
import dev.openidclient.testing.PolledServer.Companion.pending
import dev.openidclient.testing.PolledServer.Companion.refusal
import dev.openidclient.testing.PolledServer.Companion.silence
import dev.openidclient.testing.PolledServer.Companion.tokens
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.response
import dev.openidclient.testing.tokenResponseJson
import dev.openidclient.testing.waitingDevice
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration
import java.util.concurrent.Executor

private suspend fun TestScope.expiresWithin(
    server: PolledServer,
    lifetime: Duration,
    timeout: Duration = Duration.ofSeconds(30),
) {
    val start = currentTime
    val thrown =
        shouldThrowExactly<TransportException> {
            server.client { this.timeout = timeout }.deviceCodeGrant(waitingDevice(expiresIn = lifetime))
        }
    thrown.code shouldBe ErrorCode.TIMEOUT
    thrown.message shouldContain "nobody decided within the ${lifetime.seconds} seconds"
    currentTime - start shouldBe lifetime.toMillis()
}

class PollingEndSpec :
    FunSpec({
        context("the lifetime of the code") {
            test("ends the polling") {
                runTest {
                    val server = PolledServer(this, pending())
                    expiresWithin(server, Duration.ofSeconds(12))

                    server.askedAt shouldBe listOf(5_000L, 10_000L)
                }
            }

            test("ends a backoff") {
                runTest { expiresWithin(PolledServer(this, failure(500)), Duration.ofSeconds(100)) }
            }

            test("ends a wait that the server wants") {
                runTest { expiresWithin(PolledServer(this, pending("retry-after" to "9999")), Duration.ofSeconds(100)) }
            }

            test("ends it too where the tokens came but their signature cannot be checked: the code is used up") {
                runTest {
                    val idToken = JsonPrimitive(TestKeys.signRsa(idTokenClaims()))
                    val granted = suspend { response(tokenResponseJson("id_token" to idToken).toString()) }
                    val server = PolledServer(this, granted, failure(500))
                    shouldThrowExactly<InvalidResponseException> {
                        server.client { nonRepudiationChecks() }.deviceCodeGrant(waitingDevice())
                    }.status shouldBe 500
                    // the token request, and the one for the keys
                    server.askedAt shouldBe listOf(5_000L, 5_000L)
                }
            }

            test("is not what is told where a key of the caller's own has a timeout of its own") {
                runTest {
                    val slow = ClientAuthentication { withTimeout(1_000) { awaitCancellation() } }
                    val client = PolledServer(this, pending()).client { authentication = slow }

                    val failure = shouldThrow<IllegalStateException> { client.deviceCodeGrant(waitingDevice()) }
                    // coroutines may put a copy around it, with the stack of who waited
                    generateSequence<Throwable>(failure) { it.cause }
                        .last()
                        .shouldBeInstanceOf<TimeoutCancellationException>()
                }
            }

            test("does not end the validation of tokens that are there: their code is used up") {
                runTest {
                    val idToken = JsonPrimitive(TestKeys.signRsa(idTokenClaims()))
                    val granted = suspend { response(tokenResponseJson("id_token" to idToken).toString()) }
                    val slowKeys =
                        suspend {
                            delay(20_000)
                            response(TestKeys.jwks(TestKeys.publicJwk(TestKeys.rsa)))
                        }
                    val server = PolledServer(this, granted, slowKeys)
                    val tokens =
                        server
                            .client { nonRepudiationChecks() }
                            .deviceCodeGrant(waitingDevice(expiresIn = Duration.ofSeconds(12)))

                    tokens.accessToken shouldBe ACCESS_TOKEN
                    server.cancelled shouldBe 0
                    currentTime shouldBe 25_000
                }
            }

            for (timeout in listOf(Duration.ofSeconds(30), Duration.ZERO)) {
                test("ends a request that hangs, with a timeout of $timeout") {
                    runTest {
                        val server = PolledServer(this, silence)
                        expiresWithin(server, Duration.ofSeconds(12), timeout)

                        server.askedAt shouldBe listOf(5_000L)
                        server.cancelled shouldBe 1
                    }
                }
            }

            test("may be over before the first request") {
                runTest {
                    val server = PolledServer(this, tokens)
                    expiresWithin(server, Duration.ofSeconds(4))

                    server.askedAt shouldBe emptyList()
                }
            }

            test("may be none") {
                runTest {
                    val server = PolledServer(this, tokens)
                    expiresWithin(server, Duration.ZERO)

                    server.askedAt shouldBe emptyList()
                }
            }

            test("may be longer than any number of milliseconds") {
                runTest {
                    val server = PolledServer(this, pending(), tokens)
                    val device = waitingDevice(expiresIn = Duration.ofSeconds(Long.MAX_VALUE))

                    server.client().deviceCodeGrant(device).accessToken shouldBe ACCESS_TOKEN
                }
            }

            test("ends the longest of intervals") {
                runTest {
                    val device = waitingDevice(Duration.ofSeconds(Long.MAX_VALUE), Duration.ofSeconds(12))
                    val server = PolledServer(this, tokens)

                    shouldThrowExactly<TransportException> { server.client().deviceCodeGrant(device) }.code shouldBe
                        ErrorCode.TIMEOUT
                }
            }

            test("starts when the polling starts") {
                runTest {
                    val polls =
                        PolledServer(
                            this,
                            pending(),
                        ).client().deviceCodePolls(waitingDevice(expiresIn = Duration.ofSeconds(12)))
                    delay(100_000)
                    shouldThrowExactly<TransportException> { polls.collect() }

                    currentTime shouldBe 112_000
                }
            }

            test("goes on while the collector is busy") {
                runTest {
                    val server = PolledServer(this, pending())
                    val polls = server.client().deviceCodePolls(waitingDevice(expiresIn = Duration.ofSeconds(12)))
                    shouldThrowExactly<TransportException> { polls.collect { delay(60_000) } }

                    server.askedAt shouldBe listOf(5_000L)
                }
            }

            test("leaves nothing behind once the tokens are there") {
                runTest {
                    PolledServer(this, tokens).client().deviceCodeGrant(waitingDevice())

                    currentTime shouldBe 5_000
                }
            }
        }

        context("cancellation") {
            test("ends a wait at once") {
                runTest {
                    val server = PolledServer(this, pending())
                    val polling = launch { server.client().deviceCodeGrant(waitingDevice()) }
                    advanceTimeBy(7_000)
                    polling.cancelAndJoin()

                    currentTime shouldBe 7_000
                    advanceTimeBy(60_000)
                    server.askedAt shouldBe listOf(5_000L)
                }
            }

            test("cancels the request in flight") {
                runTest {
                    val server = PolledServer(this, silence)
                    val polling = launch { server.client().deviceCodeGrant(waitingDevice()) }
                    advanceTimeBy(7_000)
                    polling.cancelAndJoin()

                    currentTime shouldBe 7_000
                    server.cancelled shouldBe 1
                }
            }

            test("stays cancellation") {
                runTest {
                    val polling =
                        async { PolledServer(this@runTest, pending()).client().deviceCodeGrant(waitingDevice()) }
                    advanceTimeBy(7_000)
                    polling.cancel(CancellationException("enough"))

                    shouldThrow<CancellationException> { polling.await() }.message shouldBe "enough"
                }
            }

            test("stays cancellation where the deadline ends before the wait does") {
                runTest {
                    // what is cancelled first is over before the next is told
                    val polling =
                        async(Executor(Runnable::run).asCoroutineDispatcher()) {
                            PolledServer(this@runTest, pending()).client().deviceCodeGrant(waitingDevice())
                        }
                    polling.cancel(CancellationException("enough"))

                    shouldThrow<CancellationException> { polling.await() }.message shouldBe "enough"
                }
            }

            test("by the caller's own timeout stays one") {
                runTest {
                    val server = PolledServer(this, pending())

                    withTimeoutOrNull(7_000) { server.client().deviceCodeGrant(waitingDevice()) }.shouldBeNull()
                    currentTime shouldBe 7_000
                }
            }
        }

        context("a collector") {
            test("that has enough stops the polling") {
                runTest {
                    val server = PolledServer(this, pending())
                    server.client().deviceCodePolls(waitingDevice()).first()
                    advanceTimeBy(60_000)

                    server.askedAt shouldBe listOf(5_000L)
                }
            }

            test("that takes two events sees two") {
                runTest {
                    val server = PolledServer(this, pending())
                    server
                        .client()
                        .deviceCodePolls(waitingDevice())
                        .take(2)
                        .toList()
                        .size shouldBe 2

                    server.askedAt.size shouldBe 2
                }
            }

            test("that fails stops the polling with its own failure") {
                runTest {
                    val server = PolledServer(this, pending())
                    val polls = server.client().deviceCodePolls(waitingDevice())
                    shouldThrowExactly<IllegalStateException> { polls.collect { error("the collector's") } }
                        .message shouldBe "the collector's"
                    advanceTimeBy(60_000)

                    server.askedAt shouldBe listOf(5_000L)
                }
            }

            test("gets the failure that ends the polling after the events before it") {
                runTest {
                    val seen = mutableListOf<Poll>()
                    val server = PolledServer(this, pending(), refusal("access_denied"))
                    shouldThrowExactly<ResponseBodyException> {
                        server.client().deviceCodePolls(waitingDevice()).collect { seen += it }
                    }

                    seen.size shouldBe 1
                }
            }
        }
    })
