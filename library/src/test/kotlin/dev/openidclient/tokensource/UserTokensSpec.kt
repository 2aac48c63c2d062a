package dev.openidclient.tokensource

import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TokenSourceException
import dev.openidclient.error.ValidationException
import dev.openidclient.event.ServedState
import dev.openidclient.event.TokenEvent
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import dev.openidclient.token.TokenResponse
import dev.openidclient.tokenstore.InMemoryTokenStore
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import java.time.Duration

private const val HOUR = 3_600_000L

class UserTokensSpec :
    FunSpec({
        suspend fun signInRequired(source: TokenSource) =
            shouldThrow<TokenSourceException> { source.token() }.also { it.code shouldBe ErrorCode.SIGN_IN_REQUIRED }

        test("tokens of a session are handed out, and refreshed in time, each refresh token once") {
            runTest {
                val world = TokenWorld(this) { rotateRefreshTokens() }
                val sessions = world.users()
                val first = world.server.tokens("alice")
                sessions.put("session", first)
                val source = sessions.source("session")
                source.token() shouldBe first
                world.requests shouldBe 0
                repeat(24) {
                    delay(HOUR)
                    List(10) { async { source.token() } }.awaitAll().toSet().size shouldBe 1
                }
                world.requests shouldBe 24
                world.server.reusedRefreshTokens shouldBe 0
                source.token().claims?.subject shouldBe "alice"
            }
        }

        test("a refresh that brings no new refresh token keeps the old one") {
            runTest {
                val world = TokenWorld(this)
                val sessions = world.users()
                val first = world.server.tokens()
                sessions.put("session", first)
                delay(HOUR)
                sessions.source("session").token().refreshToken shouldBe first.refreshToken
            }
        }

        test("a session that is not there needs a sign-in, without a request") {
            runTest {
                val world = TokenWorld(this)
                signInRequired(world.users().source("session")).message shouldContain "sign in"
                world.requests shouldBe 0
            }
        }

        test("an id of nothing is refused, and so are another client's tokens") {
            runTest {
                val world = TokenWorld(this)
                val sessions = world.users()
                shouldThrow<IllegalArgumentException> { sessions.put("", world.server.tokens()) }
                shouldThrow<IllegalArgumentException> { sessions.source("") }
                shouldThrow<IllegalArgumentException> { sessions.remove("") }
                world.server.client("other")
                shouldThrow<IllegalArgumentException> {
                    sessions.put("session", world.server.tokens("alice", "other"))
                }
                sessions.load("session").shouldBeNull()
            }
        }

        test("invalid_grant ends the session: it is removed, and its user must sign in") {
            runTest {
                val world = TokenWorld(this)
                val sessions = world.users()
                sessions.put("session", world.server.tokens())
                delay(HOUR)
                world.server.revoke()
                val failure = signInRequired(sessions.source("session"))
                failure.cause.shouldBeInstanceOf<ResponseBodyException>().error shouldBe "invalid_grant"
                sessions.load("session").shouldBeNull()
                signInRequired(sessions.source("session"))
                world.requests shouldBe 1
                world.count(TokenEvent.SignInRequired::class.java) shouldBe 1
            }
        }

        test("a wrong secret signs nobody out") {
            runTest {
                val world = TokenWorld(this) { rotateRefreshTokens() }
                val sessions = world.users()
                sessions.put("session", world.server.tokens())
                delay(HOUR)
                world.server.tokenEndpoint.failNext(401, "invalid_client")
                shouldThrow<ResponseBodyException> { sessions.source("session").token() }.error shouldBe
                    "invalid_client"
                sessions.load("session").shouldNotBeNull()
                delay(10_000)
                sessions.source("session").token()
                world.server.reusedRefreshTokens shouldBe 0
            }
        }

        test("a wrong secret with the status 200 signs nobody out either") {
            runTest {
                val world = TokenWorld(this)
                val sessions = world.users()
                sessions.put("session", world.server.tokens())
                delay(HOUR)
                world.server.tokenEndpoint.replaceNextBody("""{"error":"invalid_client"}""")
                shouldThrow<ResponseBodyException> { sessions.source("session").token() }
                world.count(TokenEvent.InDoubt::class.java) shouldBe 0
                delay(10_000)
                sessions.source("session").token()
            }
        }

        test("no refresh token: used as long as it lives, and then its user must sign in, without a request") {
            runTest {
                val world = TokenWorld(this) { withoutRefreshTokens() }
                val sessions = world.users()
                val tokens = world.server.tokens()
                sessions.put("session", tokens)
                delay(HOUR - 60_000)
                sessions.source("session").token() shouldBe tokens
                delay(59_999)
                sessions.source("session").token() shouldBe tokens
                delay(1)
                signInRequired(sessions.source("session")).message shouldContain "no refresh token"
                world.requests shouldBe 0
            }
        }

        test("a refresh token that has expired by its own word is not sent") {
            runTest {
                val world = TokenWorld(this)
                val json =
                    """{"access_token":"a","token_type":"bearer","expires_in":60,"refresh_token":"r","NAME":120}"""
                for (name in listOf("refresh_expires_in", "refresh_token_expires_in")) {
                    val sessions = world.users()
                    world.server.tokenEndpoint.replaceNextBody(json.replace("NAME", name))
                    sessions.put("session", world.client.grantOfAnyKind())
                    val before = world.requests
                    delay(120_000)
                    signInRequired(sessions.source("session"))
                    world.requests shouldBe before
                }
                // zero: without end, as Keycloak's offline tokens
                val sessions = world.users()
                world.server.tokenEndpoint.replaceNextBody(json.replace("\"NAME\":120", "\"refresh_expires_in\":0"))
                sessions.put("session", world.client.grantOfAnyKind())
                delay(120_000)
                val before = world.requests
                shouldThrow<OAuthException> { sessions.source("session").token() }
                world.requests shouldBe before + 1
            }
        }

        context("a refreshed answer that is refused here") {
            test("but brought a refresh token loses nothing: that one replaces the old one") {
                runTest {
                    val world = TokenWorld(this) { rotateRefreshTokens() }
                    val sessions = world.users()
                    sessions.put("session", world.server.tokens("alice"))
                    val source = sessions.source("session")
                    delay(HOUR - 100_000)
                    // of another sign-in: its subject is another one
                    val foreign = checkNotNull(world.server.tokens("mallory").idToken)
                    world.server.tokenEndpoint.changeNextAnswer { it.withIdToken(foreign) }
                    source.token()
                    delay(10)
                    world.count(TokenEvent.InDoubt::class.java) shouldBe 0
                    // no access token is served until an answer holds, though the old one lives
                    shouldThrow<ValidationException> { source.token() }
                    delay(10_000)
                    source.token().claims?.subject shouldBe "alice"
                    world.server.reusedRefreshTokens shouldBe 0
                    world.requests shouldBe 2
                }
            }

            test("and brought none is a doubt") {
                runTest {
                    val world = TokenWorld(this)
                    val sessions = world.users()
                    sessions.put("session", world.server.tokens("alice"))
                    delay(HOUR)
                    val foreign = checkNotNull(world.server.tokens("mallory").idToken)
                    world.server.tokenEndpoint.changeNextAnswer { it.withIdToken(foreign).withoutRefreshToken() }
                    val failure = shouldThrow<TokenSourceException> { sessions.source("session").token() }
                    failure.code shouldBe ErrorCode.REFRESH_IN_DOUBT
                    failure.cause.shouldBeInstanceOf<ValidationException>()
                    delay(1_000)
                    sessions.source("session").token().claims?.subject shouldBe "alice"
                }
            }
        }

        context("narrower scopes") {
            test("have access tokens of their own, and share the refresh token, one flight after the other") {
                runTest {
                    val world = TokenWorld(this) { rotateRefreshTokens() }
                    world.server.tokenEndpoint.delay = Duration.ofSeconds(1)
                    val sessions = world.users()
                    sessions.put("session", world.server.tokens("alice", "app") { scope("openid", "a", "b") })
                    delay(HOUR)
                    val (whole, a, b) =
                        listOf(
                            sessions.source("session"),
                            sessions.source("session") { scope("a") },
                            sessions.source("session") { scope("b") },
                        ).map { async { it.token() } }.awaitAll()
                    setOf(whole.accessToken, a.accessToken, b.accessToken).size shouldBe 3
                    a.scopes shouldBe setOf("a")
                    world.requests shouldBe 3
                    world.server.reusedRefreshTokens shouldBe 0
                    // kept
                    sessions.source("session") { scope("a") }.token() shouldBe a
                    sessions.source("session").token() shouldBe whole
                    world.requests shouldBe 3
                    // the refresh token that the last one brought is the session's
                    delay(HOUR)
                    sessions.source("session").token()
                    world.server.reusedRefreshTokens shouldBe 0
                }
            }

            test("cannot name the refresh token") {
                runTest {
                    shouldThrow<IllegalArgumentException> {
                        TokenWorld(this).users().source("session") { parameter("refresh_token", "r") }
                    }
                }
            }
        }

        context("a refresh on the way") {
            test("brings no removed session back: its tokens are revoked, and who waits must sign in") {
                runTest {
                    val world = TokenWorld(this) { rotateRefreshTokens() }
                    val sessions = world.users()
                    sessions.put("session", world.server.tokens())
                    delay(HOUR)
                    world.server.tokenEndpoint.delay = Duration.ofSeconds(2)
                    val waiter = async { signInRequired(sessions.source("session")) }
                    delay(1_000)
                    sessions.remove("session")
                    waiter.await()
                    sessions.load("session").shouldBeNull()
                    world.server.revocationEndpoint.requestCount shouldBe 1
                    signInRequired(sessions.source("session"))
                    world.requests shouldBe 1
                }
            }

            test("is no concern of a new sign-in under the same id, whose tokens stay") {
                runTest {
                    val world = TokenWorld(this) { rotateRefreshTokens() }
                    val sessions = world.users()
                    sessions.put("session", world.server.tokens("alice"))
                    delay(HOUR)
                    world.server.tokenEndpoint.delay = Duration.ofSeconds(2)
                    val waiter = async { sessions.source("session").token() }
                    delay(1_000)
                    val new = world.server.tokens("bob")
                    sessions.put("session", new)
                    sessions.source("session").token() shouldBe new
                    waiter.await() shouldBe new
                    sessions.source("session").token() shouldBe new
                    sessions.load("session") shouldBe new
                }
            }

            test("that fails is no concern of a new sign-in under the same id either") {
                runTest {
                    val world = TokenWorld(this) { rotateRefreshTokens() }
                    val sessions = world.users()
                    sessions.put("session", world.server.tokens("alice"))
                    delay(HOUR)
                    world.server.revoke("alice")
                    world.server.tokenEndpoint.delay = Duration.ofSeconds(2)
                    val waiter = async { sessions.source("session").token() }
                    delay(1_000)
                    val new = world.server.tokens("bob")
                    sessions.put("session", new)
                    waiter.await() shouldBe new
                    sessions.load("session") shouldBe new
                    sessions.source("session").token() shouldBe new
                }
            }

            test("runs to its end after close, and what it brings is kept") {
                runTest {
                    val world = TokenWorld(this) { rotateRefreshTokens() }
                    val store = InMemoryTokenStore(clock = world.clock)
                    val settings = UserTokensSettings().apply { world.run { inThisWorld() } }
                    val sessions = UserTokens(world.client, settings) { store }
                    sessions.put("session", world.server.tokens())
                    delay(HOUR)
                    world.server.tokenEndpoint.delay = Duration.ofSeconds(2)
                    val waiter = async { sessions.source("session").token() }
                    delay(1_000)
                    sessions.close()
                    shouldThrow<IllegalStateException> { sessions.source("session") }
                    shouldThrow<IllegalStateException> { sessions.put("other", world.server.tokens()) }
                    val begin = currentTime
                    sessions.closed()
                    currentTime - begin shouldBe 1_000
                    waiter.await().refreshToken.shouldNotBeNull()
                    val later =
                        UserTokens(world.client, UserTokensSettings().apply { world.run { inThisWorld() } }) { store }
                    later.source("session").token() shouldBe waiter.await()
                    world.server.reusedRefreshTokens shouldBe 0
                }
            }
        }

        context("logout") {
            test("revoke removes the session and makes the server forget its tokens") {
                runTest {
                    val world = TokenWorld(this)
                    val sessions = world.users()
                    val tokens = world.server.tokens()
                    sessions.put("session", tokens)
                    sessions.revoke("session")
                    sessions.load("session").shouldBeNull()
                    world.server.requests.last().parameters["token"] shouldBe tokens.refreshToken
                    signInRequired(sessions.source("session"))
                    // nothing there is no failure
                    sessions.revoke("session")
                    world.server.revocationEndpoint.requestCount shouldBe 1
                }
            }

            test("load gives the ID Token for the logout, also where the access token has expired") {
                runTest {
                    val world = TokenWorld(this)
                    val sessions = world.users()
                    val tokens = world.server.tokens()
                    sessions.put("session", tokens)
                    delay(2 * HOUR)
                    sessions.load("session")?.idToken shouldBe tokens.idToken
                    world.requests shouldBe 0
                }
            }
        }

        context("tokens that are bound to a DPoP key") {
            test("are refreshed and used with it") {
                runTest {
                    val world = TokenWorld(this)
                    val client = world.client.withDpop(Dpop(SigningKey.generate(JwsAlgorithm.ES256)))
                    val sessions = world.users(client)
                    sessions.put("session", boundTokens(world, client))
                    delay(HOUR)
                    sessions.source("session").token().isSenderConstrained shouldBe true
                }
            }

            test("are never handed out by a client with another key, or with none") {
                runTest {
                    val world = TokenWorld(this)
                    val store = InMemoryTokenStore(clock = world.clock)
                    val bound = world.client.withDpop(Dpop(SigningKey.generate(JwsAlgorithm.ES256)))
                    val settings = { UserTokensSettings().apply { world.run { inThisWorld() } } }
                    UserTokens(bound, settings()) { store }.put("session", boundTokens(world, bound))
                    val others =
                        listOf(world.client, world.client.withDpop(Dpop(SigningKey.generate(JwsAlgorithm.ES256))))
                    for (other in others) {
                        val sessions = UserTokens(other, settings()) { store }
                        val failure = shouldThrow<TokenSourceException> { sessions.source("session").token() }
                        failure.code shouldBe ErrorCode.TOKEN_STORE_UNREADABLE
                        failure.message shouldContain "another DPoP key"
                    }
                }
            }
        }

        test("an entry of another client, another server or nobody's making is never taken for absent") {
            runTest {
                val world = TokenWorld(this)
                for (damage in listOf("", "{}", "v1", """{"v":2}""")) {
                    val store = InMemoryTokenStore(clock = world.clock)
                    store.put(digestOf("", "user", "session"), damage, Duration.ofDays(1))
                    val settings = UserTokensSettings().apply { world.run { inThisWorld() } }
                    val failure =
                        shouldThrow<TokenSourceException> {
                            UserTokens(world.client, settings) { store }.source("session").token()
                        }
                    failure.code shouldBe ErrorCode.TOKEN_STORE_UNREADABLE
                    store.load(digestOf("", "user", "session")).shouldNotBeNull()
                }
            }
        }

        test("of too many sessions the one that would end first goes, which is a sign-out") {
            runTest {
                val world = TokenWorld(this)
                val sessions = world.users { maximumEntries = 2 }
                for (id in listOf("1", "2", "3")) {
                    sessions.put(id, world.server.tokens())
                    delay(1_000)
                }
                sessions.load("1").shouldBeNull()
                sessions.load("3").shouldNotBeNull()
                world.count(TokenEvent.Evicted::class.java) shouldBe 1
            }
        }

        test("a session ends with its lifetime, counted from the last renewal") {
            runTest {
                val world = TokenWorld(this)
                val sessions = world.users { sessionLifetime = Duration.ofHours(3) }
                sessions.put("session", world.server.tokens())
                delay(2 * HOUR)
                sessions.source("session").token()
                delay(2 * HOUR)
                sessions.source("session").token()
                delay(3 * HOUR)
                signInRequired(sessions.source("session"))
            }
        }

        test("an outage while the token lives is noticed by nobody, and the session survives it") {
            runTest {
                val world = TokenWorld(this) { rotateRefreshTokens() }
                val sessions = world.users()
                val source = sessions.source("session")
                sessions.put("session", world.server.tokens())
                delay(HOUR - 200_000)
                world.server.isDown = true
                while (currentTime < HOUR - 1) {
                    source.token()
                    delay(500)
                }
                world.events.filterIsInstance<TokenEvent.Served>().last().state shouldBe ServedState.LAST_RESORT
                world.server.isDown = false
                delay(61_000)
                source.token()
                world.server.reusedRefreshTokens shouldBe 0
            }
        }

        test("nothing shows a session id or a token") {
            runTest {
                val world = TokenWorld(this)
                val sessions = world.users()
                val tokens = world.server.tokens()
                sessions.put("very-secret-session", tokens)
                delay(HOUR)
                world.server.revoke()
                val source = sessions.source("very-secret-session")
                val failure = signInRequired(source)
                val shown = listOf(sessions, source, failure, source.state(), world.events).joinToString()
                shown shouldNotContain "very-secret-session"
                shown shouldNotContain tokens.accessToken
                shown shouldNotContain checkNotNull(tokens.refreshToken)
            }
        }

        test("a caller who is cancelled in put leaves either the old tokens or the new ones") {
            runTest {
                val world = TokenWorld(this)
                val sessions = world.users()
                val old = world.server.tokens("alice")
                sessions.put("session", old)
                val new = world.server.tokens("bob")
                launch { sessions.put("session", new) }.cancel()
                sessions.source("session").token() shouldBe sessions.load("session")
                TokenResponse.decode(old.encode()) shouldNotBe new
            }
        }
    })
