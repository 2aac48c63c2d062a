package dev.openidclient.tokensource

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TransportException
import dev.openidclient.event.FailureClass
import dev.openidclient.event.ServedState
import dev.openidclient.event.TokenEvent
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import java.io.IOException
import java.time.Duration

private class FailureRow(
    val what: String,
    val failureClass: FailureClass,
    val fail: TokenWorld.() -> Unit,
)

class TokenFailureSpec :
    FunSpec({
        /** Asks every 100 ms until [millis], and returns when the server was asked, in whole seconds after the start. */
        suspend fun TestScope.askUntil(
            millis: Long,
            world: TokenWorld,
            source: TokenSource,
        ): List<Long> {
            val begin = currentTime
            val before = world.askedAt.size
            while (currentTime < begin + millis) {
                try {
                    source.token()
                } catch (_: OAuthException) {
                    // the next one may get one
                }
                delay(100)
            }
            return world.askedAt.drop(before).map { (it * 1_000 - begin).toLong() / 1_000 }
        }

        context("each failure is of a class, which says when it is tried again") {
            withData(
                nameFn = { it.what },
                FailureRow("no connection", FailureClass.OUTAGE) { server.tokenEndpoint.refuseNextConnection() },
                FailureRow("a lost answer", FailureClass.OUTAGE) { server.tokenEndpoint.dropNextAnswer() },
                FailureRow("500", FailureClass.OUTAGE) { server.tokenEndpoint.failNext(500) },
                FailureRow("503", FailureClass.OUTAGE) { server.tokenEndpoint.failNext(503) },
                FailureRow("429", FailureClass.OUTAGE) { server.tokenEndpoint.failNext(429, "invalid_request") },
                FailureRow("temporarily_unavailable", FailureClass.OUTAGE) {
                    server.tokenEndpoint.failNext(400, "temporarily_unavailable")
                },
                FailureRow("server_error", FailureClass.OUTAGE) { server.tokenEndpoint.failNext(400, "server_error") },
                FailureRow("slow_down", FailureClass.OUTAGE) { server.tokenEndpoint.failNext(400, "slow_down") },
                FailureRow("invalid_client", FailureClass.CONFIGURATION) {
                    server.tokenEndpoint.failNext(401, "invalid_client")
                },
                FailureRow("invalid_scope", FailureClass.CONFIGURATION) {
                    server.tokenEndpoint.failNext(400, "invalid_scope")
                },
                FailureRow("invalid_grant", FailureClass.CONFIGURATION) {
                    server.tokenEndpoint.failNext(400, "invalid_grant")
                },
                FailureRow("404", FailureClass.CONFIGURATION) { server.tokenEndpoint.failNext(404) },
                FailureRow("no JSON", FailureClass.CONFIGURATION) { server.tokenEndpoint.replaceNextBody("<html>") },
                FailureRow("an unknown token type", FailureClass.CONFIGURATION) {
                    server.tokenEndpoint.replaceNextBody("""{"access_token":"a","token_type":"mac"}""")
                },
            ) { row ->
                runTest {
                    val world = TokenWorld(this)
                    val orders = world.service().source()
                    val pause = if (row.failureClass == FailureClass.OUTAGE) 1_000L else 10_000L
                    row.fail(world)
                    val first = shouldThrow<OAuthException> { orders.token() }
                    // at once the same, without a request
                    val second = shouldThrow<OAuthException> { orders.token() }
                    second.message shouldBe first.message
                    second.code shouldBe first.code
                    world.requests shouldBe 1
                    val state = orders.state().shouldBeInstanceOf<TokenState.Failing>()
                    state.code shouldBe first.code
                    state.hasUsableToken shouldBe false
                    val begin = currentTime
                    row.fail(world)
                    delay(pause - 1)
                    shouldThrow<OAuthException> { orders.token() }
                    world.requests shouldBe 1
                    delay(1)
                    shouldThrow<OAuthException> { orders.token() }
                    world.requests shouldBe 2
                    // the second wait is twice as long, and a success ends it all
                    delay(2 * pause - 1)
                    shouldThrow<OAuthException> { orders.token() }
                    world.requests shouldBe 2
                    delay(1)
                    orders.token()
                    orders.state() shouldBe TokenState.Fresh
                    (currentTime - begin) shouldBe 3 * pause
                    world.events.filterIsInstance<TokenEvent.RefreshFailed>().map { it.failure } shouldBe
                        List(2) { row.failureClass }
                }
            }
        }

        test("a server that is down costs nobody anything while the token lives, and is asked after 1, 2, 4 … 60 s") {
            runTest {
                val world = TokenWorld(this)
                val orders = world.service().source()
                val first = orders.token()
                delay(3_271_000) // stale by now
                world.server.isDown = true
                var failures = 0
                val begin = currentTime
                while (currentTime < 3_600_000 - 100) {
                    try {
                        orders.token() shouldBe first
                    } catch (_: OAuthException) {
                        failures++
                    }
                    delay(100)
                }
                failures shouldBe 0
                val asked = world.askedAt.drop(1).map { (it * 1_000 - begin).toLong() / 1_000 }
                asked.take(8) shouldContainExactly listOf(0, 1, 3, 7, 15, 31, 63, 123)
                world.events
                    .filterIsInstance<TokenEvent.Served>()
                    .any { it.state == ServedState.LAST_RESORT } shouldBe true
                delay(200)
                shouldThrow<TransportException> { orders.token() }
                world.server.isDown = false
                delay(72_000)
                orders.token().accessToken
                orders.state() shouldBe TokenState.Fresh
            }
        }

        context("Retry-After is obeyed") {
            withData(
                nameFn = { (value, _) -> value },
                "7" to 7_000L,
                "Mon, 01 Jan 2001 08:00:20 GMT" to 20_000L,
                // 5 minutes at the most
                "86400" to 300_000L,
                // shorter than the back-off, which holds
                "0" to 1_000L,
            ) { (value, wait) ->
                runTest {
                    val world = TokenWorld(this)
                    val headers = HttpHeaders.of("content-type" to "text/plain", "retry-after" to value)
                    world.server.tokenEndpoint.answerNext(HttpResponse(503, headers, ByteArray(0)))
                    val orders = world.service().source()
                    shouldThrow<OAuthException> { orders.token() }
                    delay(wait - 1)
                    shouldThrow<OAuthException> { orders.token() }
                    world.requests shouldBe 1
                    delay(1)
                    orders.token()
                    world.requests shouldBe 2
                }
            }
        }

        test("chance makes a wait longer or shorter by a fifth") {
            for ((chance, wait) in listOf(0.0 to 800L, 0.999_999 to 1_199L)) {
                runTest {
                    val world = TokenWorld(this).apply { random = chance }
                    world.server.tokenEndpoint.failNext(503)
                    val orders = world.service().source()
                    shouldThrow<OAuthException> { orders.token() }
                    delay(wait - 1)
                    shouldThrow<OAuthException> { orders.token() }
                    world.requests shouldBe 1
                    delay(2)
                    orders.token()
                }
            }
        }

        test("a wrong configuration is tried again slowly, up to every 5 minutes") {
            runTest {
                val world = TokenWorld(this)
                repeat(20) { world.server.tokenEndpoint.failNext(401, "invalid_client") }
                val asked = askUntil(1_300_000, world, world.service().source())
                asked.take(8) shouldContainExactly listOf(0, 10, 30, 70, 150, 310, 610, 910)
            }
        }

        test("the settings move the waits") {
            runTest {
                val world = TokenWorld(this)
                repeat(20) { world.server.tokenEndpoint.failNext(503) }
                val service = world.service { outageBackOff(Duration.ofSeconds(2), Duration.ofSeconds(5)) }
                askUntil(20_000, world, service.source()) shouldContainExactly listOf(0, 2, 6, 11, 16)
            }
        }

        test("a program's own failure is thrown as it is, and tried again") {
            runTest {
                val world = TokenWorld(this)
                var asked = 0
                val source =
                    world.own {
                        if (asked++ < 1) throw IOException("no such file")
                        world.server.tokens()
                    }
                shouldThrow<IOException> { source.token() }
                shouldThrow<IOException> { source.token() }
                asked shouldBe 1
                source.state().shouldBeInstanceOf<TokenState.Failing>().code shouldBe "OTHER"
                delay(1_000)
                source.token()
            }
        }

        test("each waiter has a failure of its own, which nothing that others do to theirs changes") {
            runTest {
                val world = TokenWorld(this)
                world.server.tokenEndpoint.failNext(401, "invalid_client")
                val orders = world.service().source()
                val first = shouldThrow<ResponseBodyException> { orders.token() }
                first.addSuppressed(IllegalStateException())
                shouldThrow<ResponseBodyException> { orders.token() }.suppressed.size shouldBe 0
                first.code shouldBe ErrorCode.RESPONSE_BODY_ERROR
            }
        }
    })
