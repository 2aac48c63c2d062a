package dev.openidclient.tokensource

import dev.openidclient.client.NanoTime
import dev.openidclient.client.SourceTime
import dev.openidclient.event.TokenEvent
import dev.openidclient.token.TokenResponse
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import java.time.Clock
import java.time.Duration

private class Boundary(
    val lifetime: Long,
    /** In milliseconds before the end, with the least and the most of chance. */
    val staleLeast: Long,
    val staleMost: Long,
    val unusable: Long,
)

private suspend fun TestScope.sleepUntil(millis: Long) = advanceTimeBy(millis - currentTime)

class TokenLifetimeSpec :
    FunSpec({
        fun TokenWorld.held(
            seconds: Long,
            rule: LifetimeRule = LifetimeRule(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(1)),
        ): Pair<HeldTokens, SourceTime> {
            val settings = CustomTokensSettings().apply { inThisWorld() }
            val time = settings.time(clock)
            val tokens = server.tokens()
            val lived =
                TokenResponse(
                    tokens.json,
                    now,
                    if (seconds < 0) null else Duration.ofSeconds(seconds),
                    tokens.tokenType,
                    tokens.owner,
                    tokens.kept,
                )
            return rule.hold(lived, time) to time
        }

        context("a token is stale, unusable and dead at the boundaries of its lifetime") {
            withData(
                nameFn = { if (it.lifetime < 0) "no expires_in" else "${it.lifetime} s" },
                Boundary(10, 2_500, 3_000, 1_000),
                Boundary(60, 15_000, 18_000, 6_000),
                Boundary(300, 75_000, 90_000, 30_000),
                Boundary(3_600, 300_000, 360_000, 30_000),
                Boundary(86_400, 300_000, 360_000, 30_000),
                // absent: an hour
                Boundary(-1, 300_000, 360_000, 30_000),
            ) { row ->
                val lifetime = (if (row.lifetime < 0) 3_600 else row.lifetime) * 1_000
                for ((chance, before) in listOf(0.0 to row.staleLeast, 0.999_999 to row.staleMost)) {
                    runTest {
                        val world = TokenWorld(this).apply { random = chance }
                        val (held, time) = world.held(row.lifetime)

                        fun at(
                            millis: Long,
                            expected: Freshness,
                        ) {
                            testScheduler.advanceTimeBy(millis - currentTime)
                            held.freshness(time) shouldBe expected
                        }
                        held.freshness(time) shouldBe Freshness.FRESH
                        // chance comes near its most, and never reaches it
                        val slack = if (chance > 0) 1 else 0
                        at(lifetime - before - 1, Freshness.FRESH)
                        at(lifetime - before + slack, Freshness.STALE)
                        at(lifetime - row.unusable - 1, Freshness.STALE)
                        at(lifetime - row.unusable, Freshness.LAST_RESORT)
                        at(lifetime - 1, Freshness.LAST_RESORT)
                        at(lifetime, Freshness.EXPIRED)
                    }
                }
            }
        }

        test("a token that lives for no time is never kept, and given to those who wait for it") {
            runTest {
                val world = TokenWorld(this) { accessTokenLifetime = Duration.ZERO }
                val orders = world.service().source()
                val waiters = List(3) { async { orders.token().accessToken } }.awaitAll().toSet()
                waiters.size shouldBe 1
                orders.token().accessToken shouldNotBe waiters.single()
                world.requests shouldBe 2
            }
        }

        test("a clock that is set back does not lengthen a life") {
            runTest {
                val world = TokenWorld(this)
                val (held, time) = world.held(3_600)
                testScheduler.advanceTimeBy(3_600_000)
                world.wallOffset = Duration.ofHours(-1)
                held.freshness(time) shouldBe Freshness.EXPIRED
            }
        }

        test("a machine that was suspended knows it by its wall clock") {
            runTest {
                val world = TokenWorld(this)
                val (held, time) = world.held(3_600)
                testScheduler.advanceTimeBy(3_600_000)
                world.suspended = Duration.ofHours(1)
                held.freshness(time) shouldBe Freshness.EXPIRED
            }
        }

        test("tokens of another instance whose clock is ahead count as received now") {
            runTest {
                val world = TokenWorld(this)
                world.wallOffset = Duration.ofHours(2)
                val tokens = world.server.tokens()
                val ahead = TokenResponse.decode(tokens.encode())
                world.wallOffset = Duration.ofHours(-2)
                val time = CustomTokensSettings().apply { world.run { inThisWorld() } }.time(world.clock)
                val rule = LifetimeRule(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(1))
                val held = rule.hold(ahead, time)
                held.freshness(time) shouldBe Freshness.FRESH
                testScheduler.advanceTimeBy(3_600_000)
                held.freshness(time) shouldBe Freshness.EXPIRED
            }
        }

        test("a clock of the program's own is all there is of time: back-off and age follow it, as in a test") {
            runTest {
                val world = TokenWorld(this)
                val time = CustomTokensSettings().time(world.clock)
                val before = time.monotonicMillis
                testScheduler.advanceTimeBy(1_500)
                time.monotonicMillis - before shouldBe 1_500
                NanoTime.of(Clock.systemUTC()).read() shouldNotBe 0
            }
        }

        test("the settings move window and margin") {
            runTest {
                val rule = LifetimeRule(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofMinutes(2))
                val world = TokenWorld(this).apply { random = 0.0 }
                val (held, time) = world.held(-1, rule)
                testScheduler.advanceTimeBy(109_999)
                held.freshness(time) shouldBe Freshness.FRESH
                testScheduler.advanceTimeBy(1)
                held.freshness(time) shouldBe Freshness.STALE
                testScheduler.advanceTimeBy(5_000)
                held.freshness(time) shouldBe Freshness.LAST_RESORT
            }
        }

        test("a stale token is handed out at once, and renewed behind") {
            runTest {
                val world = TokenWorld(this)
                val orders = world.service().source()
                val first = orders.token()
                sleepUntil(3_400_000)
                world.server.tokenEndpoint.hangNext()
                val before = currentTime
                orders.token() shouldBe first
                currentTime shouldBe before
                testScheduler.runCurrent()
                world.requests shouldBe 2
                // the one that hangs is the only one
                orders.token() shouldBe first
                testScheduler.runCurrent()
                world.requests shouldBe 2
                world.count(TokenEvent.Served::class.java) shouldBe 3
            }
        }
    })
