package dev.openidclient.tokensource

import dev.openidclient.error.OAuthException
import dev.openidclient.event.TokenEvent
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.runTest
import java.time.Duration

class InvalidationSpec :
    FunSpec({
        test("the next token after a refusal is another one") {
            runTest {
                val world = TokenWorld(this)
                val orders = world.service().source()
                val refused = orders.token()
                orders.invalidate(refused)
                orders.state() shouldBe TokenState.Expired
                orders.token() shouldNotBe refused
                world.requests shouldBe 2
                world.count(TokenEvent.Invalidated::class.java) shouldBe 1
            }
        }

        test("a late refusal of an old token never discards a new one") {
            runTest {
                val world = TokenWorld(this)
                val orders = world.service().source()
                val old = orders.token()
                orders.invalidate(old)
                val new = orders.token()
                delay(20_000)
                orders.invalidate(old)
                orders.token() shouldBe new
                world.requests shouldBe 2
            }
        }

        test("a refused token is not even a last resort") {
            runTest {
                val world = TokenWorld(this)
                val orders = world.service().source()
                orders.invalidate(orders.token())
                world.server.isDown = true
                shouldThrow<OAuthException> { orders.token() }
            }
        }

        test("a resource server that refuses everything is no storm at the token endpoint: one renewal in 10 s") {
            runTest {
                val world = TokenWorld(this)
                val orders = world.service().source()
                repeat(600) {
                    List(20) { async { orders.invalidate(orders.token()) } }.awaitAll()
                    delay(100)
                }
                // a minute: the first one, and then one each 10 s
                world.requests shouldBe 7
            }
        }

        test("the interval is a setting") {
            runTest {
                val world = TokenWorld(this)
                val orders = world.service { forcedRenewalInterval = Duration.ZERO }.source()
                repeat(5) { orders.invalidate(orders.token()) }
                orders.token()
                world.requests shouldBe 6
            }
        }

        test("20 refusals of one token at once are one renewal") {
            runTest {
                val world = TokenWorld(this)
                world.server.tokenEndpoint.delay = Duration.ofMillis(50)
                val orders = world.service().source()
                val refused = orders.token()
                val next =
                    List(20) {
                        async {
                            orders.invalidate(refused)
                            orders.token()
                        }
                    }.awaitAll()
                next.toSet() shouldHaveSize 1
                world.requests shouldBe 2
            }
        }

        test("a refused token of a user that cannot be refreshed is handed out no more, also not for narrower scopes") {
            runTest {
                val world = TokenWorld(this) { withoutRefreshTokens() }
                val sessions = world.users()
                val refused = world.server.tokens()
                sessions.put("session", refused)
                shouldThrow<OAuthException> { sessions.source("session") { scope("a") }.token() }
                sessions.source("session").invalidate(refused)
                shouldThrow<OAuthException> { sessions.source("session").token() }
                world.requests shouldBe 0
            }
        }

        test("a refused token of a user is refreshed, though the store has it as fresh") {
            runTest {
                val world = TokenWorld(this) { rotateRefreshTokens() }
                val sessions = world.users()
                sessions.put("session", world.server.tokens())
                val source = sessions.source("session")
                val refused = source.token()
                source.invalidate(refused)
                source.token().accessToken shouldNotBe refused.accessToken
                world.requests shouldBe 1
                world.server.reusedRefreshTokens shouldBe 0
            }
        }
    })
