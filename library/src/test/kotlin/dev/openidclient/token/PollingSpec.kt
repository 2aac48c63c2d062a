package dev.openidclient.token

import dev.openidclient.client.ClientSettings
import dev.openidclient.device.deviceCodeGrant
import dev.openidclient.device.deviceCodePolls
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.http.HttpResponse
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.NOW
import dev.openidclient.testing.PolledServer
import dev.openidclient.testing.PolledServer.Companion.failure
import dev.openidclient.testing.PolledServer.Companion.pending
import dev.openidclient.testing.PolledServer.Companion.refusal
import dev.openidclient.testing.PolledServer.Companion.slowDown
import dev.openidclient.testing.PolledServer.Companion.tokens
import dev.openidclient.testing.response
import dev.openidclient.testing.waitingDevice
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.test.runTest
import java.time.Clock
import java.time.Duration
import java.time.Instant
import java.time.ZoneOffset
import java.time.format.DateTimeFormatter

private fun date(instant: Instant): String = DateTimeFormatter.RFC_1123_DATE_TIME.format(instant.atZone(ZoneOffset.UTC))

private fun inSeconds(seconds: Long) = date(NOW.plusSeconds(seconds))

/** Polls until [answers] are through and returns the seconds of virtual time at which the server was asked. */
private fun asked(
    vararg answers: suspend () -> HttpResponse,
    interval: Duration? = null,
    configure: ClientSettings.() -> Unit = {},
): List<Double> {
    val seconds = mutableListOf<Double>()
    runTest {
        val server = PolledServer(this, *answers, tokens)
        server.client(configure).deviceCodeGrant(waitingDevice(interval)).accessToken shouldBe ACCESS_TOKEN
        server.askedAt.mapTo(seconds) { it / 1000.0 }
    }
    return seconds
}

private fun told(message: String) = suspend { response("""{"status":400,"message":"$message"}""", 400) }

class PollingSpec :
    FunSpec({
        context("the interval") {
            test("is 5 seconds where the server names none") {
                asked(pending(), pending()) shouldBe listOf(5.0, 10.0, 15.0)
            }

            test("is the server's") {
                asked(pending(), pending(), interval = Duration.ofSeconds(2)) shouldBe listOf(2.0, 4.0, 6.0)
            }

            test("may be a fraction of a second") {
                asked(pending(), interval = Duration.ofMillis(1500)) shouldBe listOf(1.5, 3.0)
            }

            test("is at least 1 second, whatever the server names") {
                asked(pending(), interval = Duration.ofNanos(1)) shouldBe listOf(1.0, 2.0)
            }

            test("is at most a year, and may still grow") {
                val year = 365 * 86_400.0
                val seconds = mutableListOf<Double>()
                runTest {
                    val server = PolledServer(this, slowDown(), tokens)
                    val endless = Duration.ofSeconds(Long.MAX_VALUE)
                    server.client {}.deviceCodeGrant(waitingDevice(endless, expiresIn = endless))
                    server.askedAt.mapTo(seconds) { it / 1000.0 }
                }

                seconds shouldBe listOf(year, 2 * year + 5)
            }

            test("grows by 5 seconds, for good, where the server wants it") {
                asked(pending(), slowDown(), pending(), pending()) shouldBe listOf(5.0, 10.0, 20.0, 30.0, 40.0)
            }

            test("grows again each time") {
                asked(slowDown(), slowDown(), pending()) shouldBe listOf(5.0, 15.0, 30.0, 45.0)
            }

            test("grows after a 429 that says so") {
                asked(refusal("slow_down", 429), pending()) shouldBe listOf(5.0, 15.0, 25.0)
            }

            test("stays after a 429 that says that the person has not decided") {
                asked(refusal("authorization_pending", 429), pending()) shouldBe listOf(5.0, 10.0, 15.0)
            }

            test("goes on where the server says in \"message\" what belongs in \"error\", as Twitch does") {
                asked(told("authorization_pending"), told("slow_down"), told("authorization_pending")) shouldBe
                    listOf(5.0, 10.0, 20.0, 30.0)
            }

            for ((status, body) in listOf(
                400 to """{"message":"invalid device code"}""",
                400 to """["authorization_pending"]""",
                401 to """{"message":"authorization_pending"}""",
            )) {
                test("ends where the server answers $status with $body") {
                    val answer = suspend { response(body, status) }

                    shouldThrow<InvalidResponseException> { asked(answer) }.status shouldBe status
                }
            }

            test("is as in the beginning when the flow is collected again") {
                runTest {
                    val server = PolledServer(this, slowDown(), tokens, pending(), tokens)
                    val polls = server.client().deviceCodePolls(waitingDevice())
                    polls.toList()
                    polls.toList()

                    server.askedAt shouldBe listOf(5_000L, 15_000L, 20_000L, 25_000L)
                }
            }
        }

        context("Retry-After") {
            test("in seconds is waited for, once") {
                asked(pending("retry-after" to "12"), pending()) shouldBe listOf(5.0, 17.0, 22.0)
            }

            test("as a date is waited for") {
                asked(pending("retry-after" to inSeconds(20))) shouldBe listOf(5.0, 25.0)
            }

            test("as a date of RFC 850 or of asctime is waited for") {
                asked(pending("retry-after" to "Thursday, 01-Jan-26 00:00:20 GMT")) shouldBe listOf(5.0, 25.0)
                asked(pending("retry-after" to "Thu Jan  1 00:00:20 2026")) shouldBe listOf(5.0, 25.0)
            }

            test("as a date is rounded up to whole seconds") {
                asked(pending("retry-after" to inSeconds(20))) {
                    clock = Clock.fixed(NOW.plusMillis(1), ZoneOffset.UTC)
                } shouldBe listOf(5.0, 25.0)
            }

            test("with slow_down counts beside the longer interval") {
                asked(slowDown("retry-after" to "12")) shouldBe listOf(5.0, 17.0)
                asked(slowDown("retry-after" to "8")) shouldBe listOf(5.0, 15.0)
            }

            test("with 503 counts beside the backoff") {
                asked(failure(503, "retry-after" to "60"), pending()) shouldBe listOf(5.0, 65.0, 70.0)
                asked(failure(503, "retry-after" to "7")) shouldBe listOf(5.0, 15.0)
            }

            test("with 429 counts beside the backoff") {
                asked(failure(429, "retry-after" to "60")) shouldBe listOf(5.0, 65.0)
            }

            test("with an OAuth error on a 503 counts beside the backoff") {
                asked(refusal("temporarily_unavailable", 503, "retry-after" to "60")) shouldBe listOf(5.0, 65.0)
            }

            val useless =
                mapOf(
                    "less than the interval" to "3",
                    "0" to "0",
                    "negative" to "-60",
                    "a fraction" to "60.5",
                    "empty" to "",
                    "no number" to "soon",
                    "a number with a unit" to "60s",
                    "a date in the past" to inSeconds(-60),
                    "another date" to "2026-01-01T00:01:00Z",
                )
            for ((how, value) in useless) {
                test("that is $how has no effect") {
                    asked(pending("retry-after" to value)) shouldBe listOf(5.0, 10.0)
                }
            }
        }

        context("the flow") {
            test("sends nothing before it is collected") {
                runTest {
                    val server = PolledServer(this, tokens)
                    server.client().deviceCodePolls(waitingDevice())
                    testScheduler.advanceTimeBy(60_000)

                    server.askedAt.shouldBeEmpty()
                }
            }

            test("has an event for each poll, the tokens last") {
                runTest {
                    val server =
                        PolledServer(this, pending(), slowDown(), failure(502), pending("retry-after" to "30"), tokens)
                    val events = server.client().deviceCodePolls(waitingDevice()).toList()

                    events.dropLast(1).map { it.toString() } shouldBe
                        listOf(
                            "Pending(nextIn=PT5S)",
                            "Pending(nextIn=PT10S)",
                            "Failed(OAUTH_RESPONSE_IS_NOT_CONFORM, nextIn=PT20S)",
                            "Pending(nextIn=PT30S)",
                        )
                    events.last().shouldBeInstanceOf<Poll.Granted>().tokens.accessToken shouldBe ACCESS_TOKEN
                }
            }

            test("is cold: each collection polls by itself") {
                runTest {
                    val server = PolledServer(this, tokens)
                    val polls = server.client().deviceCodePolls(waitingDevice())
                    repeat(2) { polls.toList().size shouldBe 1 }

                    server.askedAt shouldBe listOf(5_000L, 10_000L)
                }
            }
        }
    })
