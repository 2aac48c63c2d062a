package dev.openidclient.token

import dev.openidclient.device.deviceCodeGrant
import dev.openidclient.device.deviceCodePolls
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TransportException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.http.HttpResponse
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.PolledServer
import dev.openidclient.testing.PolledServer.Companion.failure
import dev.openidclient.testing.PolledServer.Companion.pending
import dev.openidclient.testing.PolledServer.Companion.refusal
import dev.openidclient.testing.PolledServer.Companion.silence
import dev.openidclient.testing.PolledServer.Companion.slowDown
import dev.openidclient.testing.PolledServer.Companion.tokens
import dev.openidclient.testing.response
import dev.openidclient.testing.tokenResponseJson
import dev.openidclient.testing.waitingDevice
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.test.runTest
import java.io.IOException
import java.time.Duration

private val UNREACHABLE: suspend () -> HttpResponse = { throw IOException("unreachable") }

/** What is neither the person's decision nor a verdict of the server. */
private val PASSING =
    mapOf(
        "a network failure" to UNREACHABLE,
        "429" to failure(429),
        "429 with an OAuth error" to refusal("too_many_requests", 429),
        "429 with JSON that is no OAuth error" to { response("{}", 429) },
        "500" to failure(500),
        "502" to failure(502),
        "503" to failure(503),
        "504" to failure(504),
        "500 with an OAuth error" to refusal("server_error", 500),
        "503 with JSON that is no OAuth error" to { response("{}", 503) },
    )

class PollingFailureSpec :
    FunSpec({
        context("polling goes on, ever more slowly, after") {
            for ((what, answer) in PASSING) {
                test(what) {
                    runTest {
                        val server = PolledServer(this, answer, answer, answer, tokens)
                        server.client().deviceCodeGrant(waitingDevice()).accessToken shouldBe ACCESS_TOKEN

                        server.askedAt shouldBe listOf(5_000L, 15_000L, 35_000L, 75_000L)
                    }
                }
            }

            test("a request that is not answered in time") {
                runTest {
                    val server = PolledServer(this, silence, tokens)
                    server.client().deviceCodeGrant(waitingDevice()).accessToken shouldBe ACCESS_TOKEN

                    server.askedAt shouldBe listOf(5_000L, 45_000L)
                }
            }
        }

        context("the backoff") {
            test("is over with the first answer of the server") {
                runTest {
                    val server = PolledServer(this, UNREACHABLE, UNREACHABLE, pending(), UNREACHABLE, tokens)
                    server.client().deviceCodeGrant(waitingDevice())

                    server.askedAt shouldBe listOf(5_000L, 15_000L, 35_000L, 40_000L, 50_000L)
                }
            }

            test("is over with slow_down too, which counts for good") {
                runTest {
                    val server = PolledServer(this, UNREACHABLE, slowDown(), UNREACHABLE, tokens)
                    server.client().deviceCodeGrant(waitingDevice())

                    server.askedAt shouldBe listOf(5_000L, 15_000L, 25_000L, 45_000L)
                }
            }

            test("doubles ten times at the most") {
                runTest {
                    val server = PolledServer(this, *Array(12) { UNREACHABLE }, tokens)
                    server.client().deviceCodeGrant(waitingDevice(Duration.ofSeconds(1), Duration.ofDays(1)))

                    server.askedAt.zipWithNext { one, next -> (next - one) / 1000 } shouldBe
                        listOf<Long>(2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1024, 1024)
                }
            }

            test("is told, with its cause") {
                runTest {
                    val server = PolledServer(this, UNREACHABLE, tokens)
                    val failed =
                        server
                            .client()
                            .deviceCodePolls(
                                waitingDevice(),
                            ).first()
                            .shouldBeInstanceOf<Poll.Failed>()

                    failed.nextIn shouldBe Duration.ofSeconds(10)
                    failed.failure.shouldBeInstanceOf<TransportException>().code shouldBe ErrorCode.NETWORK_ERROR
                }
            }
        }

        test("polling goes on where the person has not decided and the server says so with the status 200") {
            runTest {
                val pending = suspend { response("""{"error":"authorization_pending"}""") }
                val slowDown = suspend { response("""{"error":"slow_down"}""", contentType = "text/plain") }
                val server = PolledServer(this, pending, slowDown, tokens)

                server.client().deviceCodeGrant(waitingDevice()).accessToken shouldBe ACCESS_TOKEN
                server.askedAt shouldBe listOf(5_000L, 10_000L, 20_000L)
            }
        }

        context("polling ends at once with") {
            for (error in listOf("access_denied", "expired_token", "invalid_grant", "invalid_client", "slow_down2")) {
                test("the error $error") {
                    runTest {
                        val server = PolledServer(this, pending(), refusal(error), tokens)
                        val thrown =
                            shouldThrowExactly<ResponseBodyException> {
                                server.client().deviceCodeGrant(
                                    waitingDevice(),
                                )
                            }

                        thrown.error shouldBe error
                        server.askedAt shouldBe listOf(5_000L, 10_000L)
                    }
                }
            }

            test("an error on a 401 or 403") {
                for (status in listOf(401, 403)) {
                    runTest {
                        val server = PolledServer(this, refusal("access_denied", status), tokens)
                        shouldThrowExactly<ResponseBodyException> { server.client().deviceCodeGrant(waitingDevice()) }
                    }
                }
            }

            val challenge = "www-authenticate" to "Basic realm=\"x\""
            val challenged =
                mapOf(
                    "400" to refusal("invalid_client", 400, challenge),
                    "a pending" to pending(challenge),
                    "a slow_down" to slowDown(challenge),
                    "a 503" to failure(503, challenge, "retry-after" to "60"),
                )
            for ((what, answer) in challenged) {
                test("the challenge on $what") {
                    runTest {
                        val server = PolledServer(this, answer, tokens)
                        shouldThrowExactly<WwwAuthenticateChallengeException> {
                            server.client().deviceCodeGrant(waitingDevice())
                        }

                        server.askedAt.size shouldBe 1
                    }
                }
            }

            val broken =
                mapOf<String, suspend () -> HttpResponse>(
                    ErrorCode.RESPONSE_IS_NOT_JSON to { response("authorization_pending", 400, "text/plain") },
                    ErrorCode.RESPONSE_IS_NOT_CONFORM to { response("", 302) },
                    ErrorCode.INVALID_RESPONSE to { response("{}") },
                    ErrorCode.PARSE_ERROR to { response("{") },
                    ErrorCode.UNSUPPORTED_OPERATION to { response("""{"access_token":"a","token_type":"mac"}""") },
                )
            for ((code, answer) in broken) {
                test("an answer that is broken: $code") {
                    runTest {
                        val server = PolledServer(this, answer, tokens)
                        shouldThrow<OAuthException> { server.client().deviceCodeGrant(waitingDevice()) }.code shouldBe
                            code

                        server.askedAt.size shouldBe 1
                    }
                }
            }

            test("an error with the status 200, as some servers have it") {
                runTest {
                    val server = PolledServer(this, { response("""{"error":"bad_verification_code"}""") }, tokens)
                    val e =
                        shouldThrowExactly<ResponseBodyException> { server.client().deviceCodeGrant(waitingDevice()) }

                    e.status shouldBe 200
                    e.error shouldBe "bad_verification_code"
                    server.askedAt.size shouldBe 1
                }
            }

            for (status in listOf(302, 404)) {
                test("the status $status") {
                    runTest {
                        val server = PolledServer(this, failure(status), tokens)
                        shouldThrowExactly<InvalidResponseException> {
                            server.client().deviceCodeGrant(
                                waitingDevice(),
                            )
                        }.status shouldBe status
                    }
                }
            }
        }
    })
