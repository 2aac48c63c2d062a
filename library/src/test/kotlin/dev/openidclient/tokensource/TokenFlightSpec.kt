package dev.openidclient.tokensource

import dev.openidclient.error.OAuthException
import dev.openidclient.error.TransportException
import dev.openidclient.event.ServedFrom
import dev.openidclient.event.TokenEvent
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withTimeout
import java.time.Duration
import java.time.temporal.ChronoUnit.MILLIS

class TokenFlightSpec :
    FunSpec({
        test("10 000 coroutines that ask for an absent token get one, by one request") {
            runTest {
                val world = TokenWorld(this)
                world.server.tokenEndpoint.delay = Duration.ofSeconds(1)
                val orders = world.service().source { scope("orders") }
                val tokens = List(10_000) { async { orders.token() } }.awaitAll()
                tokens.toSet() shouldHaveSize 1
                world.requests shouldBe 1
                world.events.filterIsInstance<TokenEvent.Served>().map { it.from }.toSet() shouldBe
                    setOf(ServedFrom.FLIGHT)
            }
        }

        test("who began the flight and is cancelled leaves it to the others") {
            runTest {
                val world = TokenWorld(this)
                world.server.tokenEndpoint.delay = Duration.ofSeconds(1)
                val orders = world.service().source()
                val first = launch { orders.token() }
                testScheduler.runCurrent()
                val second = async { orders.token() }
                testScheduler.runCurrent()
                first.cancelAndJoin()
                second.await().tokenType shouldBe "bearer"
                world.requests shouldBe 1
            }
        }

        test("a rotated refresh token is kept where all callers have given up, and sent the next time") {
            runTest {
                val world = TokenWorld(this) { rotateRefreshTokens() }
                val sessions = world.users()
                sessions.put("session", world.server.tokens())
                delay(3_600_000)
                world.server.tokenEndpoint.delay = Duration.ofSeconds(2)
                val callers = List(3) { launch { sessions.source("session").token() } }
                delay(1_000)
                callers.forEach { it.cancelAndJoin() }
                delay(2_000)
                world.requests shouldBe 1
                delay(3_600_000)
                sessions.source("session").token()
                world.requests shouldBe 2
                world.server.reusedRefreshTokens shouldBe 0
            }
        }

        test("a caller's own timeout ends its waiting, and nothing else") {
            runTest {
                val world = TokenWorld(this)
                world.server.tokenEndpoint.delay = Duration.ofSeconds(5)
                val orders = world.service().source()
                shouldThrow<CancellationException> { withTimeout(1_000) { orders.token() } }
                orders.token()
                currentTime shouldBe 5_000
                world.requests shouldBe 1
            }
        }

        test("a flight ends with the client's timeout, and all who wait get the same failure") {
            runTest {
                val world = TokenWorld(this)
                world.server.tokenEndpoint.hangNext()
                val orders = world.service().source()
                val failures =
                    List(3) { async { shouldThrow<TransportException> { orders.token() }.message } }.awaitAll()
                failures.toSet() shouldHaveSize 1
                currentTime shouldBe 30_000
                world.requests shouldBe 1
            }
        }

        test("a client without a timeout is refused") {
            runTest {
                val world = TokenWorld(this)
                shouldThrow<IllegalArgumentException> {
                    ClientCredentialsTokens(world.client { timeout = Duration.ZERO })
                }.message shouldContain "timeout"
            }
        }

        test("a client without a timeout that comes later fails the flight") {
            runTest {
                val world = TokenWorld(this)
                val endless = world.client { timeout = Duration.ZERO }
                val tokens = ClientCredentialsTokens({ endless }) { world.run { inThisWorld() } }
                shouldThrow<IllegalArgumentException> { tokens.source().token() }
            }
        }

        test("whoever listens to a client that comes later hears of its tokens") {
            runTest {
                val world = TokenWorld(this)
                val tokens = ClientCredentialsTokens({ world.client }) { world.run { inThisWorld() } }
                tokens.source().token()
                val obtained = world.events.filterIsInstance<TokenEvent.Obtained>().single()
                obtained.source.issuer shouldBe world.client.server.issuer
            }
        }

        test("whoever listens hears when the token ends that was obtained, and served") {
            runTest {
                val world = TokenWorld(this)
                val orders = world.service().source()
                val tokens = orders.token()
                orders.token()
                val end = (tokens.receivedAt + checkNotNull(tokens.expiresIn)).truncatedTo(MILLIS)
                world.events.filterIsInstance<TokenEvent.Obtained>().map { it.expiresAt } shouldBe listOf(end)
                world.events.filterIsInstance<TokenEvent.Served>().map { it.expiresAt } shouldBe listOf(end, end)
            }
        }

        test("under a plain job a failed flight does not end the source") {
            runTest {
                val world = TokenWorld(this)
                val parent = Job(backgroundScope.coroutineContext[Job])
                val service =
                    world.service { coroutineContext += parent }
                world.server.tokenEndpoint.failNext(503)
                val orders = service.source()
                shouldThrow<OAuthException> { orders.token() }
                delay(2_000)
                orders.token()
                parent.isActive shouldBe true
                parent.cancel()
                shouldThrow<IllegalStateException> { service.source { scope("other") }.token() }
            }
        }

        test("what brings tokens and is cancelled by itself cancels no caller") {
            runTest {
                val world = TokenWorld(this)
                val source =
                    world.own { throw CancellationException("of its own") }
                shouldThrow<TransportException> { source.token() }.message shouldContain "cancelled by itself"
            }
        }

        test("what brings tokens and hangs ends with the timeout of its settings") {
            runTest {
                val world = TokenWorld(this)
                val source =
                    world.own({ timeout = Duration.ofSeconds(3) }) {
                        delay(Long.MAX_VALUE)
                        world.server.tokens()
                    }
                shouldThrow<TransportException> { source.token() }.message shouldContain "3 s"
                currentTime shouldBe 3_000
            }
        }

        test("a program's own source is kept, renewed and shared like any other") {
            runTest {
                val world = TokenWorld(this)
                var asked = 0
                val source =
                    world.own {
                        asked++
                        delay(100)
                        world.server.tokens()
                    }
                List(5) { async { source.token() } }.awaitAll().toSet() shouldHaveSize 1
                asked shouldBe 1
                source.state() shouldBe TokenState.Fresh
                delay(3_400_000)
                source.token()
                delay(200)
                asked shouldBe 2
            }
        }
    })
