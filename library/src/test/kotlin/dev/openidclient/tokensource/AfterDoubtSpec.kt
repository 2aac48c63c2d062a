package dev.openidclient.tokensource

import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.error.TokenSourceException
import dev.openidclient.error.TransportException
import dev.openidclient.event.TokenEvent
import dev.openidclient.http.HttpResponse
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest
import java.time.Duration

private const val HOUR = 3_600_000L

/** 200 seconds before the end of the access token: it is stale. */
private const val STALE_AT = HOUR - 200_000L

private class Lost(
    val what: String,
    val lose: TokenWorld.() -> Unit,
)

private val LOST =
    listOf(
        Lost("the answer is lost") { server.tokenEndpoint.dropNextAnswer() },
        Lost("half of the answer comes") { server.tokenEndpoint.halfNextAnswer() },
        Lost("the server answers 502 after it has acted") {
            server.tokenEndpoint.changeNextAnswer { HttpResponse(502, it.headers, it.body) }
        },
        Lost("the server answers 500, whatever error it names") {
            server.tokenEndpoint.failNext(500, "invalid_grant")
        },
        Lost("the answer of success is no JSON") { server.tokenEndpoint.replaceNextBody("<html>") },
        Lost("the answer takes longer than the timeout") {
            server.tokenEndpoint.delayNextAnswer(Duration.ofSeconds(40))
        },
    )

class AfterDoubtSpec :
    FunSpec({
        suspend fun TestScope.ask(source: TokenSource): Throwable? =
            try {
                source.token()
                null
            } catch (e: OAuthException) {
                e
            } finally {
                delay(100)
            }

        fun TestScope.strict() =
            TokenWorld(this) {
                rotateRefreshTokens()
            }

        context("with the server unknown, a doubt costs nothing while the access token is usable") {
            withData(nameFn = { it.what }, LOST) { lost ->
                runTest {
                    val world = strict()
                    val sessions = world.users()
                    val source = sessions.source("session")
                    sessions.put("session", world.server.tokens())
                    delay(STALE_AT)
                    lost.lose(world)
                    source.token()
                    delay(41_000)
                    world.count(TokenEvent.InDoubt::class.java) shouldBe 1
                    // 129 more seconds
                    repeat(1_200) { ask(source) shouldBe null }
                    world.requests shouldBe 1
                    world.server.reusedRefreshTokens shouldBe 0
                }
            }
        }

        test("then it is sent once more: a server that has not rotated answers, and nobody noticed anything") {
            runTest {
                val world = TokenWorld(this)
                val sessions = world.users()
                val source = sessions.source("session")
                sessions.put("session", world.server.tokens())
                delay(STALE_AT)
                world.server.tokenEndpoint.dropNextAnswer()
                source.token()
                delay(170_001)
                source.token()
                world.requests shouldBe 2
                world.count(TokenEvent.Resent::class.java) shouldBe 1
                // an answer ends the doubt
                delay(HOUR)
                source.token()
                world.requests shouldBe 3
            }
        }

        test("and one that has rotated refuses, which ends the session") {
            runTest {
                val world = strict()
                val sessions = world.users()
                val source = sessions.source("session")
                sessions.put("session", world.server.tokens())
                delay(STALE_AT)
                world.server.tokenEndpoint.dropNextAnswer()
                source.token()
                delay(170_001)
                ask(source).shouldBeInstanceOf<TokenSourceException>().code shouldBe ErrorCode.SIGN_IN_REQUIRED
                world.requests shouldBe 2
                world.server.reusedRefreshTokens shouldBe 1
            }
        }

        test("where the access token has expired, it is sent with back-off until an answer decides") {
            runTest {
                val world = TokenWorld(this)
                val sessions = world.users()
                val source = sessions.source("session")
                sessions.put("session", world.server.tokens())
                delay(HOUR)
                repeat(3) { world.server.tokenEndpoint.dropNextAnswer() }
                val failure = ask(source).shouldBeInstanceOf<TokenSourceException>()
                failure.code shouldBe ErrorCode.REFRESH_IN_DOUBT
                failure.cause.shouldBeInstanceOf<TransportException>()
                val begin = world.askedAt.first()
                while (ask(source) != null) Unit
                world.askedAt.map { (it - begin).toLong() } shouldBe listOf(0L, 1L, 3L, 7L)
            }
        }

        test("within: sent at once and with back-off, for servers with a grace window") {
            runTest {
                val world =
                    TokenWorld(this) {
                        rotateRefreshTokens()
                        refreshTokenGrace = Duration.ofSeconds(30)
                    }
                val sessions = world.users { afterDoubt = AfterDoubt.within(Duration.ofSeconds(25)) }
                val source = sessions.source("session")
                sessions.put("session", world.server.tokens())
                delay(STALE_AT)
                world.server.tokenEndpoint.dropNextAnswer()
                world.server.tokenEndpoint.dropNextAnswer()
                val begin = world.now
                repeat(100) { ask(source) shouldBe null }
                world.requests shouldBe 3
                Duration.between(begin, world.now).seconds shouldBe 10
                world.count(TokenEvent.Resent::class.java) shouldBe 2
            }
        }

        test("within: after its time only as the last resort") {
            runTest {
                val world = TokenWorld(this)
                val sessions = world.users { afterDoubt = AfterDoubt.within(Duration.ofSeconds(10)) }
                val source = sessions.source("session")
                sessions.put("session", world.server.tokens())
                delay(STALE_AT)
                repeat(20) { world.server.tokenEndpoint.dropNextAnswer() }
                repeat(1_600) { ask(source) shouldBe null }
                // after 0, 1, 3 and 7 seconds; the next one would be after 15
                world.requests shouldBe 4
            }
        }

        test("never: not even where the access token has expired") {
            runTest {
                val world = TokenWorld(this)
                val sessions = world.users { afterDoubt = AfterDoubt.NEVER }
                val source = sessions.source("session")
                sessions.put("session", world.server.tokens())
                delay(STALE_AT)
                world.server.tokenEndpoint.dropNextAnswer()
                source.token()
                delay(170_001)
                // the last resort
                ask(source) shouldBe null
                delay(30_000)
                val failure = ask(source).shouldBeInstanceOf<TokenSourceException>()
                failure.code shouldBe ErrorCode.REFRESH_IN_DOUBT
                failure.message shouldContain "sign in"
                world.requests shouldBe 1
            }
        }

        context("what the server cannot have acted on is no doubt, and is sent again") {
            withData(
                nameFn = { it.what },
                Lost("a refused connection") { server.tokenEndpoint.refuseNextConnection() },
                Lost("503") { server.tokenEndpoint.failNext(503) },
                Lost("429") { server.tokenEndpoint.failNext(429) },
                Lost("temporarily_unavailable") { server.tokenEndpoint.failNext(400, "temporarily_unavailable") },
            ) { lost ->
                runTest {
                    val world = strict()
                    val sessions = world.users { afterDoubt = AfterDoubt.NEVER }
                    val source = sessions.source("session")
                    sessions.put("session", world.server.tokens())
                    delay(STALE_AT)
                    lost.lose(world)
                    lost.lose(world)
                    repeat(50) { ask(source) shouldBe null }
                    world.requests shouldBe 3
                    world.count(TokenEvent.InDoubt::class.java) shouldBe 0
                    world.count(TokenEvent.Resent::class.java) shouldBe 2
                    world.server.reusedRefreshTokens shouldBe 0
                }
            }
        }

        test("an answer for narrower scopes ends the doubt of the whole session") {
            runTest {
                val world = TokenWorld(this)
                val sessions = world.users { afterDoubt = AfterDoubt.within(Duration.ofSeconds(10)) }
                val source = sessions.source("session")
                sessions.put("session", world.server.tokens("alice", "app") { scope("openid", "a") })
                delay(STALE_AT)
                world.server.tokenEndpoint.dropNextAnswer()
                source.token()
                delay(10)
                sessions.source("session") { scope("a") }.token()
                delay(20_000)
                source.token()
                delay(10)
                world.requests shouldBe 3
            }
        }

        test("a DPoP nonce that the server wants is given at once: the first request was refused before its use") {
            runTest {
                val world = TokenWorld(this) { rotateRefreshTokens().requireDpopNonce() }
                val key = SigningKey.generate(JwsAlgorithm.ES256)
                val client = world.client.withDpop(Dpop(key))
                val sessions = world.users(client) { afterDoubt = AfterDoubt.NEVER }
                sessions.put("session", boundTokens(world, client))
                delay(HOUR)
                world.server.rotateDpopNonce()
                sessions.source("session").token()
                world.server.reusedRefreshTokens shouldBe 0
            }
        }

        test("a duration of nothing is refused") {
            shouldThrow<IllegalArgumentException> { AfterDoubt.within(Duration.ZERO) }
        }
    })
