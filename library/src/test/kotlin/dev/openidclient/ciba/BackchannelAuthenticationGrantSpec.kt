package dev.openidclient.ciba

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TransportException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.HttpResponse
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.NOW
import dev.openidclient.testing.PolledServer
import dev.openidclient.testing.PolledServer.Companion.failure
import dev.openidclient.testing.PolledServer.Companion.pending
import dev.openidclient.testing.PolledServer.Companion.refusal
import dev.openidclient.testing.PolledServer.Companion.slowDown
import dev.openidclient.testing.PolledServer.Companion.tokens
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.idToken
import dev.openidclient.testing.response
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.testing.tokenResponseJson
import dev.openidclient.token.Poll
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

private fun waiting(
    interval: Duration? = null,
    expiresIn: Duration = Duration.ofMinutes(2),
) = BackchannelAuthenticationResponse(JsonObject(emptyMap()), "an-auth-req-id", expiresIn, interval)

private fun issued(secondsAgo: Long): suspend () -> HttpResponse =
    {
        val idToken = idToken("iat" to JsonPrimitive(NOW.epochSecond - secondsAgo))
        response(tokenResponseJson("id_token" to idToken).toString())
    }

class BackchannelAuthenticationGrantSpec :
    FunSpec({
        test("each poll has the grant, the identifier and what the caller adds") {
            runTest {
                val server = PolledServer(this, pending(), tokens)
                server.client().backchannelAuthenticationGrant(waiting()) { parameter("x", "1") }.accessToken shouldBe
                    ACCESS_TOKEN

                for (request in server.transport.requests) {
                    request.body?.parameters?.toMap() shouldBe
                        mapOf(
                            "x" to listOf("1"),
                            "auth_req_id" to listOf("an-auth-req-id"),
                            "grant_type" to listOf("urn:openid:params:grant-type:ciba"),
                            "client_id" to listOf(CLIENT_ID),
                        )
                }
                server.askedAt shouldBe listOf(5_000L, 10_000L)
            }
        }

        context("the ping") {
            test("that comes while the client waits makes it poll at once") {
                runTest {
                    val server = PolledServer(this, pending(), tokens)
                    val ping = Job()
                    launch {
                        delay(7_000)
                        ping.complete()
                    }
                    server.client().backchannelAuthenticationGrant(waiting(), ping).accessToken shouldBe ACCESS_TOKEN

                    server.askedAt shouldBe listOf(5_000L, 7_000L)
                }
            }

            test("that has come already makes it poll at once, and only once") {
                runTest {
                    val server = PolledServer(this, pending(), pending(), tokens)
                    server.client().backchannelAuthenticationGrant(waiting(), Job().apply { complete() })

                    server.askedAt shouldBe listOf(0L, 5_000L, 10_000L)
                }
            }

            test("that comes during a poll makes the next one come at once") {
                runTest {
                    val ping = Job()
                    val server =
                        PolledServer(this, { pending()().also { ping.complete() } }, slowDown(), tokens)
                    server.client().backchannelAuthenticationGrant(waiting(), ping)

                    server.askedAt shouldBe listOf(5_000L, 5_000L, 15_000L)
                }
            }

            test("that never comes, or is cancelled, loses nothing") {
                for (ping in listOf(Job(), Job().apply { cancel() })) {
                    runTest {
                        val server = PolledServer(this, pending(), tokens)
                        server.client().backchannelAuthenticationGrant(waiting(), ping)

                        server.askedAt shouldBe listOf(5_000L, 10_000L)
                    }
                }
            }

            test("that never comes does not hold up the end") {
                runTest {
                    shouldThrow<TransportException> {
                        PolledServer(this, pending()).client().backchannelAuthenticationGrant(waiting(), Job())
                    }.code shouldBe ErrorCode.TIMEOUT
                    currentTime shouldBe 120_000
                }
            }

            test("counts for each collection of the polls") {
                runTest {
                    val server = PolledServer(this, tokens)
                    val polls =
                        server.client().backchannelAuthenticationPolls(waiting(), Job().apply { complete() })
                    polls.toList()
                    polls.toList()

                    server.askedAt shouldBe listOf(0L, 0L)
                }
            }
        }

        for (name in listOf("auth_req_id", "grant_type")) {
            test("the caller cannot set $name") {
                runTest {
                    shouldThrow<IllegalArgumentException> {
                        PolledServer(
                            this,
                            tokens,
                        ).client().backchannelAuthenticationGrant(waiting()) { parameter(name, "x") }
                    }
                }
            }
        }

        test("polls at the server's interval, more slowly where it wants that, and after failures") {
            runTest {
                val server = PolledServer(this, slowDown(), failure(500), pending(), tokens)
                server.client().backchannelAuthenticationGrant(waiting(Duration.ofSeconds(2)))

                server.askedAt shouldBe listOf(2_000L, 9_000L, 23_000L, 30_000L)
            }
        }

        test("ends when the request expires") {
            runTest {
                shouldFailWith<TransportException>(ErrorCode.TIMEOUT, "within the 120 seconds") {
                    PolledServer(this, pending()).client().backchannelAuthenticationGrant(waiting())
                }
                currentTime shouldBe 120_000
            }
        }

        test("does not throw tokens away whose validation takes longer than the request lives") {
            runTest {
                val slowKeys =
                    suspend {
                        delay(20_000)
                        response(TestKeys.jwks(TestKeys.publicJwk(TestKeys.rsa)))
                    }
                PolledServer(this, issued(0), slowKeys)
                    .client { nonRepudiationChecks() }
                    .backchannelAuthenticationGrant(waiting(expiresIn = Duration.ofSeconds(12)))
                    .accessToken shouldBe ACCESS_TOKEN
                currentTime shouldBe 25_000
            }
        }

        test("ends where the person refuses") {
            runTest {
                shouldFailWith<ResponseBodyException>(ErrorCode.RESPONSE_BODY_ERROR, "access_denied") {
                    PolledServer(this, refusal("access_denied")).client().backchannelAuthenticationGrant(waiting())
                }
            }
        }

        test("tells each poll as a flow") {
            runTest {
                val polls =
                    PolledServer(
                        this,
                        pending(),
                        tokens,
                    ).client().backchannelAuthenticationPolls(waiting()).toList()

                polls.size shouldBe 2
                polls.first().shouldBeInstanceOf<Poll.Pending>().nextIn shouldBe Duration.ofSeconds(5)
                polls.last().shouldBeInstanceOf<Poll.Granted>()
            }
        }

        context("the ID Token") {
            test("is taken an hour after it was issued") {
                runTest {
                    PolledServer(
                        this,
                        issued(3600),
                    ).client().backchannelAuthenticationGrant(waiting()).claims.shouldNotBeNull()
                }
            }

            test("is rejected later than that") {
                runTest {
                    shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"iat\"") {
                        PolledServer(this, issued(3601)).client().backchannelAuthenticationGrant(waiting())
                    }
                }
            }
        }
    })
