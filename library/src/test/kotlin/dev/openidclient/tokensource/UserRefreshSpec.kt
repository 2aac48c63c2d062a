package dev.openidclient.tokensource

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.error.TokenSourceException
import dev.openidclient.error.TransportException
import dev.openidclient.event.TokenEvent
import dev.openidclient.http.HttpTransport
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.Lease
import dev.openidclient.tokenstore.StoredEntry
import dev.openidclient.tokenstore.TokenStore
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest
import java.io.IOException
import java.time.Duration
import java.time.temporal.ChronoUnit

private const val HOUR = 3_600_000L

/** 200 seconds before the end of the access token: it is stale. */
private const val STALE_AT = HOUR - 200_000L

/** A store that is slow, lies, or loses its answers, where it is told to. */
private class OddStore(
    private val store: TokenStore,
) : TokenStore by store {
    var answersAreLost = false
    var neverWrites = false
    var isSlow = false
    var leaseIsAlways: Lease? = null
    var commitIsAlways: Boolean? = null

    override suspend fun load(id: String): StoredEntry? = store.load(id).also { if (isSlow) delay(1_000) }

    override suspend fun lease(
        id: String,
        version: Long,
        owner: String,
        duration: Duration,
    ): Lease = leaseIsAlways ?: store.lease(id, version, owner, duration)

    override suspend fun commit(
        id: String,
        version: Long,
        value: String,
        lifetime: Duration,
    ): Boolean {
        if (neverWrites) throw IOException("down")
        return commitIsAlways ?: store.commit(id, version, value, lifetime)
    }

    override suspend fun remove(id: String) {
        if (isSlow) delay(1_000)
        store.remove(id)
        if (answersAreLost) throw IOException("lost")
    }
}

class UserRefreshSpec :
    FunSpec({
        fun TokenWorld.instance(
            store: TokenStore,
            configure: UserTokensSettings.() -> Unit = {},
        ): UserTokens {
            val settings =
                UserTokensSettings().apply {
                    inThisWorld()
                    nearCopy = Duration.ofSeconds(5)
                    configure()
                }
            return UserTokens(client, settings) { store }
        }

        suspend fun TestScope.failureOf(source: TokenSource): OAuthException? =
            try {
                source.token()
                null
            } catch (e: OAuthException) {
                e
            } finally {
                delay(100)
            }

        test("a refresh token that the server never replaces is not sent again by being used twice") {
            runTest {
                val world = TokenWorld(this)
                val sessions = world.users()
                sessions.put("session", world.server.tokens())
                repeat(3) {
                    delay(HOUR)
                    sessions.source("session").token()
                }
                world.requests shouldBe 3
                world.count(TokenEvent.Resent::class.java) shouldBe 0
            }
        }

        test("an access token that is refused is not usable: in doubt it is refreshed as a last resort") {
            runTest {
                val world = TokenWorld(this)
                val sessions = world.users()
                val source = sessions.source("session")
                sessions.put("session", world.server.tokens())
                delay(STALE_AT)
                world.server.tokenEndpoint.dropNextAnswer()
                val first = source.token()
                delay(41_000)
                failureOf(source).shouldBeNull()
                world.requests shouldBe 1
                source.invalidate(first)
                failureOf(source).shouldBeNull()
                world.requests shouldBe 2
            }
        }

        test("an error of the JVM on the way leaves the same doubt as a lost answer") {
            runTest {
                val world = TokenWorld(this)
                var sent = 0
                val client =
                    world.client {
                        transport =
                            HttpTransport {
                                sent++
                                throw NoClassDefFoundError("of an engine")
                            }
                    }
                val sessions = world.users(client) { afterDoubt = AfterDoubt.NEVER }
                val source = sessions.source("session")
                sessions.put("session", world.server.tokens())
                delay(HOUR)
                failureOf(source)?.code shouldBe ErrorCode.REFRESH_IN_DOUBT
                delay(10_000)
                failureOf(source)?.code shouldBe ErrorCode.REFRESH_IN_DOUBT
                sent shouldBe 1
            }
        }

        test("within: any duration will do, also one without end") {
            runTest {
                val world = TokenWorld(this)
                val sessions = world.users { afterDoubt = AfterDoubt.within(ChronoUnit.FOREVER.duration) }
                val source = sessions.source("session")
                sessions.put("session", world.server.tokens())
                delay(STALE_AT)
                world.server.tokenEndpoint.dropNextAnswer()
                failureOf(source).shouldBeNull()
                delay(2_000)
                failureOf(source).shouldBeNull()
                world.requests shouldBe 2
            }
        }

        test("a lease that nobody ended is waited for, also where there was a doubt long before") {
            runTest {
                val world = TokenWorld(this) { rotateRefreshTokens() }
                val store = InMemoryTokenStore(clock = world.clock)
                val one = world.instance(store)
                one.put("session", world.server.tokens())
                delay(STALE_AT)
                world.server.tokenEndpoint.failNext(502)
                one.source("session").token()
                delay(HOUR)
                val id = digestOf("", "user", "session")
                val version = checkNotNull(store.load(id)).version
                store.lease(id, version, "another instance", Duration.ofSeconds(15))
                val begin = world.now
                one.source("session").token()
                (Duration.between(begin, world.now).seconds in 45..46) shouldBe true
            }
        }

        test("a lease that nobody ended is waited for no longer where the other instance's clock is ahead") {
            runTest {
                val world = TokenWorld(this)
                val store = InMemoryTokenStore(clock = world.clock)
                val one = world.instance(store)
                one.put("session", world.server.tokens())
                delay(HOUR)
                val id = digestOf("", "user", "session")
                world.wallOffset = Duration.ofMinutes(20)
                store.lease(id, checkNotNull(store.load(id)).version, "another instance", Duration.ofSeconds(15))
                val waiter = async { one.source("session").token() }
                delay(16_000)
                world.wallOffset = Duration.ZERO
                val begin = testScheduler.currentTime
                waiter.await()
                ((testScheduler.currentTime - begin) in 28_000L..31_000L) shouldBe true
            }
        }

        test("the end of a refresh token that an answer for narrower scopes brought is the session's") {
            runTest {
                val world = TokenWorld(this)
                val sessions = world.users()
                val json =
                    """{"access_token":"a","token_type":"bearer","expires_in":60,"refresh_token":"r",
                        "refresh_expires_in":120}"""
                world.server.tokenEndpoint.replaceNextBody(json)
                sessions.put("session", world.client.grantOfAnyKind())
                world.answerNext(json.replace("\"r\"", "\"r2\"").replace("120", "9000"))
                sessions.source("session") { scope("read") }.token()
                val tokens = checkNotNull(sessions.load("session"))
                tokens.refreshToken shouldBe "r2"
                delay(300_000)
                val before = world.requests
                // the server knows no such token, but it is asked: the token has not expired
                shouldThrow<OAuthException> { sessions.source("session").token() }
                world.requests shouldBe before + 1
            }
        }

        test("tokens that are too long to be kept are served, and it is said why they are not kept") {
            runTest {
                val world = TokenWorld(this)
                val sessions = world.users()
                val source = sessions.source("session")
                sessions.put("session", world.server.tokens())
                delay(HOUR)
                val long = "a".repeat(70_000)
                world.answerNext(
                    """{"access_token":"$long","token_type":"bearer","expires_in":60,"refresh_token":"r"}""",
                )
                source.token().accessToken shouldBe long
                delay(61_000)
                val message = failureOf(source)?.message.orEmpty()
                message shouldContain "an entry may have 65536"
                message shouldNotContain "aaaa"
            }
        }

        test("a doubt that cannot be written is one for this instance too") {
            runTest {
                val world = TokenWorld(this)
                val store = OddStore(InMemoryTokenStore(clock = world.clock))
                val one = world.instance(store) { afterDoubt = AfterDoubt.NEVER }
                val source = one.source("session")
                one.put("session", world.server.tokens())
                delay(HOUR)
                store.neverWrites = true
                world.server.tokenEndpoint.dropNextAnswer()
                failureOf(source)?.code shouldBe ErrorCode.REFRESH_IN_DOUBT
                store.neverWrites = false
                delay(5_000)
                failureOf(source)?.code shouldBe ErrorCode.REFRESH_IN_DOUBT
                world.requests shouldBe 1
            }
        }

        test("invalid_grant is no end where another instance has put tokens that need a refresh themselves") {
            runTest {
                val world = TokenWorld(this) { rotateRefreshTokens() }
                val store = InMemoryTokenStore(clock = world.clock)
                val (one, other) = List(2) { world.instance(store) }
                one.put("session", world.server.tokens("alice"))
                val new = world.server.tokens("bob")
                delay(HOUR)
                world.server.tokenEndpoint.delayNext(Duration.ofSeconds(5))
                val waiter = async { one.source("session").token() }
                delay(1_000)
                world.server.revoke("alice")
                other.put("session", new)
                waiter.await().claims?.subject shouldBe "bob"
            }
        }

        test("narrower tokens of an old sign-in are nobody's after a new one at another instance") {
            runTest {
                val world = TokenWorld(this) { rotateRefreshTokens() }
                val store = InMemoryTokenStore(clock = world.clock)
                val (one, other) = List(2) { world.instance(store) }
                one.put("session", world.server.tokens("alice", "app") { scope("openid", "a") })
                world.server.tokenEndpoint.delayNextAnswer(Duration.ofSeconds(5))
                val waiter = async { one.source("session") { scope("a") }.token() }
                delay(1_000)
                other.put("session", world.server.tokens("bob", "app") { scope("openid", "a") })
                waiter.await().claims?.subject shouldBe "bob"
            }
        }

        test("a session that ends elsewhere while its tokens wait to be written ends without an uncaught failure") {
            runTest {
                val world = TokenWorld(this) { rotateRefreshTokens() }
                val store = OddStore(InMemoryTokenStore(clock = world.clock))
                val (one, other) = List(2) { world.instance(store) }
                one.put("session", world.server.tokens())
                delay(HOUR)
                store.neverWrites = true
                one.source("session").token()
                other.remove("session")
                store.neverWrites = false
                delay(61_000)
                world.server.revocationEndpoint.requestCount shouldBe 1
            }
        }

        test("a removal whose answer is lost brings back nothing that was read before it") {
            runTest {
                val world = TokenWorld(this)
                val store = OddStore(InMemoryTokenStore(clock = world.clock))
                val one = world.instance(store)
                world.instance(store).put("session", world.server.tokens())
                store.isSlow = true
                store.answersAreLost = true
                val removal = async { shouldThrow<TokenSourceException> { one.remove("session") } }
                delay(200)
                // it reads the entry before it is removed, and is there with it afterwards
                val reading = async { failureOf(one.source("session")) }
                removal.await().code shouldBe ErrorCode.TOKEN_STORE_FAILED
                reading.await()?.code shouldBe ErrorCode.SIGN_IN_REQUIRED
            }
        }

        test("a store that never gives a lease, or never writes, holds up nobody for ever") {
            runTest {
                val world = TokenWorld(this)
                val store = OddStore(InMemoryTokenStore(clock = world.clock))
                val one = world.instance(store)
                one.put("session", world.server.tokens())
                delay(HOUR)
                store.leaseIsAlways = Lease.Changed
                shouldThrow<TransportException> { one.source("session").token() }.code shouldBe ErrorCode.TIMEOUT
                store.leaseIsAlways = null
                store.commitIsAlways = false
                delay(2_000)
                one.source("session").token()
                world.count(TokenEvent.StoreWriteFailed::class.java) shouldBe 1
            }
        }

        test("tokens that are too long to be kept are refused in put, with their length") {
            runTest {
                val world = TokenWorld(this)
                world.answerNext("""{"access_token":"${"a".repeat(70_000)}","token_type":"Bearer","expires_in":60}""")
                val tokens = world.client.grantOfAnyKind()
                shouldThrow<IllegalArgumentException> { world.users().put("session", tokens) }.message shouldContain
                    "but an entry may have 65536"
            }
        }

        test("narrower scopes of its own for each call do not fill the memory") {
            runTest {
                val world = TokenWorld(this)
                val sessions = world.users()
                sessions.put("session", world.server.tokens())
                val first = sessions.source("session") { parameter("nonce", "0") }
                first.token()
                repeat(200) { sessions.source("session") { parameter("nonce", "${it + 1}") }.token() }
                val before = world.requests
                first.token()
                world.requests shouldBe before + 1
            }
        }
    })
