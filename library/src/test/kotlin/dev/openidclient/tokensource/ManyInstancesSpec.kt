package dev.openidclient.tokensource

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.error.TokenSourceException
import dev.openidclient.error.TransportException
import dev.openidclient.error.ValidationException
import dev.openidclient.event.TokenEvent
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.Lease
import dev.openidclient.tokenstore.TokenStore
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.runTest
import java.io.IOException
import java.time.Duration

private const val HOUR = 3_600_000L

/** A store that fails where it is told to. */
private class FailingStore(
    private val store: TokenStore,
) : TokenStore by store {
    var failing: Set<String> = emptySet()

    private fun <T> unless(
        name: String,
        use: () -> T,
    ): T = if (name in failing) throw IOException("very-secret-value") else use()

    override suspend fun load(id: String) = unless("load") { }.let { store.load(id) }

    override suspend fun lease(
        id: String,
        version: Long,
        owner: String,
        duration: Duration,
    ): Lease = unless("lease") { }.let { store.lease(id, version, owner, duration) }

    override suspend fun commit(
        id: String,
        version: Long,
        value: String,
        lifetime: Duration,
    ): Boolean = unless("commit") { }.let { store.commit(id, version, value, lifetime) }

    override suspend fun renew(
        id: String,
        version: Long,
        owner: String,
        duration: Duration,
    ): Boolean = unless("renew") { }.let { store.renew(id, version, owner, duration) }
}

/** What holds for several instances over one store, and so for one over the store in its memory. */
class ManyInstancesSpec :
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

        test("a refresh token is sent once by all instances, also where the server is slower than the lease") {
            runTest {
                val world = TokenWorld(this) { rotateRefreshTokens() }
                val store = InMemoryTokenStore(clock = world.clock)
                val instances = List(4) { world.instance(store) }
                instances[0].put("session", world.server.tokens())
                repeat(10) { hour ->
                    delay(HOUR)
                    world.server.tokenEndpoint.delay = Duration.ofSeconds(if (hour % 2 == 0) 1 else 25)
                    val tokens =
                        instances
                            .flatMap { instance -> List(5) { async { instance.source("session").token() } } }
                            .awaitAll()
                    tokens.map { it.accessToken }.toSet().size shouldBe 1
                }
                world.requests shouldBe 10
                world.server.reusedRefreshTokens shouldBe 0
            }
        }

        test("a fresh token is handed out for 5 s without asking the store, and then what the store has") {
            runTest {
                val world = TokenWorld(this)
                val store = InMemoryTokenStore(clock = world.clock)
                val (one, other) = List(2) { world.instance(store) }
                one.put("session", world.server.tokens("alice"))
                val first = other.source("session").token()
                one.remove("session")
                delay(4_999)
                other.source("session").token() shouldBe first
                delay(1)
                shouldThrow<TokenSourceException> { other.source("session").token() }.code shouldBe
                    ErrorCode.SIGN_IN_REQUIRED
            }
        }

        test("invalid_grant for a refresh token that another instance has replaced is no end of the session") {
            runTest {
                val world = TokenWorld(this) { rotateRefreshTokens() }
                val store = InMemoryTokenStore(clock = world.clock)
                val (one, other) = List(2) { world.instance(store) }
                one.put("session", world.server.tokens())
                delay(HOUR)
                world.server.tokenEndpoint.delayNext(Duration.ofSeconds(5))
                val waiter = async { one.source("session").token() }
                delay(1_000)
                // the tokens of a new sign-in, while the old refresh token is on its way to be refused
                world.server.revoke()
                val new = world.server.tokens("bob")
                other.put("session", new)
                waiter.await().accessToken shouldBe new.accessToken
            }
        }

        test("an instance that starts while the server is down hands out what the store has, as long as it lives") {
            runTest {
                val world = TokenWorld(this)
                val store = InMemoryTokenStore(clock = world.clock)
                val tokens = world.server.tokens()
                world.instance(store).put("session", tokens)
                // stale, and then not to be used but for want of another one
                for (pause in listOf(HOUR - 200_000, 180_000)) {
                    delay(pause)
                    world.server.tokenEndpoint.failNext(503)
                    world.instance(store).source("session").token() shouldBe tokens
                }
                world.requests shouldBe 2
            }
        }

        test("a lease that nobody ended is a doubt: not sent again before every flight has ended") {
            runTest {
                val world = TokenWorld(this) { rotateRefreshTokens() }
                val store = InMemoryTokenStore(clock = world.clock)
                val one = world.instance(store) { afterDoubt = AfterDoubt.within(Duration.ofHours(1)) }
                one.put("session", world.server.tokens())
                delay(HOUR)
                val id = digestOf("", "user", "session")
                val version = checkNotNull(store.load(id)).version
                store.lease(id, version, "another instance", Duration.ofSeconds(15))
                val begin = world.now
                one.source("session").token()
                // 15 s of the lease, and 30 s of the client's timeout
                val waited = Duration.between(begin, world.now).seconds
                (waited in 45..46) shouldBe true
                world.count(TokenEvent.InDoubt::class.java) shouldBe 1
                world.requests shouldBe 1
            }
        }

        test("a doubt about another instance is one at the next attempt, too, where the store did not take its mark") {
            runTest {
                val world = TokenWorld(this) { rotateRefreshTokens() }
                val store = FailingStore(InMemoryTokenStore(clock = world.clock))
                val one = world.instance(store) { afterDoubt = AfterDoubt.NEVER }
                one.put("session", world.server.tokens())
                delay(HOUR)
                val id = digestOf("", "user", "session")
                val version = checkNotNull(store.load(id)).version
                store.lease(id, version, "another instance", Duration.ofSeconds(1))
                delay(1_000)
                store.failing = setOf("commit")
                shouldThrow<TokenSourceException> { one.source("session").token() }.code shouldBe
                    ErrorCode.TOKEN_STORE_FAILED
                store.failing = emptySet()
                delay(10_000)
                shouldThrow<TokenSourceException> { one.source("session").token() }.code shouldBe
                    ErrorCode.REFRESH_IN_DOUBT
                world.requests shouldBe 0
            }
        }

        test("an instance that is slow and late keeps what it got") {
            runTest {
                val world = TokenWorld(this) { rotateRefreshTokens() }
                val store = FailingStore(InMemoryTokenStore(clock = world.clock))
                store.failing = setOf("renew")
                val (one, other) = List(2) { world.instance(store) }
                one.put("session", world.server.tokens())
                delay(HOUR)
                world.server.tokenEndpoint.delayNextAnswer(Duration.ofSeconds(25))
                val late = async { one.source("session").token() }
                delay(1_000)
                val waiting = async { other.source("session").token() }
                late.await().accessToken shouldBe waiting.await().accessToken
                world.requests shouldBe 1
                world.server.reusedRefreshTokens shouldBe 0
            }
        }

        test("waiting for another instance ends") {
            runTest {
                val world = TokenWorld(this)
                val store = InMemoryTokenStore(clock = world.clock)
                val one = world.instance(store)
                one.put("session", world.server.tokens())
                delay(HOUR)
                val id = digestOf("", "user", "session")
                val version = checkNotNull(store.load(id)).version
                store.lease(id, version, "another instance", Duration.ofHours(1))
                val begin = world.now
                shouldThrow<TransportException> { one.source("session").token() }.code shouldBe ErrorCode.TIMEOUT
                Duration.between(begin, world.now).seconds shouldBe 60
                world.requests shouldBe 0
            }
        }

        test("what is usable is handed out while another instance refreshes, without waiting for it") {
            runTest {
                val world = TokenWorld(this)
                val store = InMemoryTokenStore(clock = world.clock)
                val (one, other) = List(2) { world.instance(store) }
                val tokens = world.server.tokens()
                one.put("session", tokens)
                delay(HOUR - 100_000)
                val version = checkNotNull(store.load(digestOf("", "user", "session"))).version
                store.lease(digestOf("", "user", "session"), version, "another instance", Duration.ofMinutes(1))
                val begin = world.now
                other.source("session").token() shouldBe tokens
                world.now shouldBe begin
                world.requests shouldBe 0
            }
        }

        test("after a failure that is no doubt another instance refreshes at once") {
            runTest {
                val world = TokenWorld(this) { rotateRefreshTokens() }
                val store = InMemoryTokenStore(clock = world.clock)
                val (one, other) = List(2) { world.instance(store) }
                one.put("session", world.server.tokens())
                delay(HOUR)
                world.server.tokenEndpoint.failNext(503)
                shouldThrow<OAuthException> { one.source("session").token() }
                val begin = world.now
                other.source("session").token()
                world.now shouldBe begin
                world.count(TokenEvent.InDoubt::class.java) shouldBe 0
            }
        }

        test("a session that ended and that another instance has put anew is there at once") {
            runTest {
                val world = TokenWorld(this)
                val store = InMemoryTokenStore(clock = world.clock)
                val (one, other) = List(2) { world.instance(store) }
                shouldThrow<TokenSourceException> { other.source("session").token() }
                val tokens = world.server.tokens()
                one.put("session", tokens)
                other.source("session").token() shouldBe tokens
            }
        }

        test("a refusal counts also where this instance never handed the token out") {
            runTest {
                val world = TokenWorld(this)
                val store = InMemoryTokenStore(clock = world.clock)
                val (one, other) = List(2) { world.instance(store) }
                val refused = world.server.tokens()
                one.put("session", refused)
                other.source("session").invalidate(refused)
                other.source("session").token().accessToken shouldNotBe refused.accessToken
                world.requests shouldBe 1
            }
        }

        test("tokens for narrower scopes stand in no store, and are kept as long as they live") {
            runTest {
                val world = TokenWorld(this)
                val one = world.instance(InMemoryTokenStore(clock = world.clock))
                one.put("session", world.server.tokens("alice", "app") { scope("openid", "a") })
                val narrow = one.source("session") { scope("a") }
                val first = narrow.token()
                delay(60_000)
                narrow.token() shouldBe first
                world.requests shouldBe 1
            }
        }

        test("an access token of before a refused answer is handed out by no instance, also in doubt") {
            runTest {
                val world = TokenWorld(this) { rotateRefreshTokens() }
                val store = InMemoryTokenStore(clock = world.clock)
                val (one, other) = List(2) { world.instance(store) }
                val old = world.server.tokens("alice", "app") { scope("openid", "a") }
                one.put("session", old)
                one.source("session").invalidate(old)
                val foreign = checkNotNull(world.server.tokens("mallory").idToken)
                world.server.tokenEndpoint.changeNextAnswer { it.withIdToken(foreign) }
                shouldThrow<ValidationException> { one.source("session").token() }
                // a refresh for narrower scopes changes nothing of it
                other.source("session") { scope("a") }.token()
                world.server.tokenEndpoint.failNext(502)
                val failure = shouldThrow<TokenSourceException> { other.source("session").token() }
                failure.code shouldBe ErrorCode.REFRESH_IN_DOUBT
                delay(1_000)
                other.source("session").token().accessToken shouldNotBe old.accessToken
                world.server.reusedRefreshTokens shouldBe 0
            }
        }

        test("a refused answer for narrower scopes leaves the access token of the session as it is") {
            runTest {
                val world = TokenWorld(this) { rotateRefreshTokens() }
                val store = InMemoryTokenStore(clock = world.clock)
                val (one, other) = List(2) { world.instance(store) }
                val tokens = world.server.tokens("alice", "app") { scope("openid", "a") }
                one.put("session", tokens)
                val foreign = checkNotNull(world.server.tokens("mallory").idToken)
                world.server.tokenEndpoint.changeNextAnswer { it.withIdToken(foreign) }
                shouldThrow<ValidationException> { one.source("session") { scope("a") }.token() }
                other.source("session").token().accessToken shouldBe tokens.accessToken
                world.requests shouldBe 1
            }
        }

        context("where the store fails") {
            test("what is known is handed out while it is usable; then its failure, without a word of the store's") {
                runTest {
                    val world = TokenWorld(this)
                    val store = FailingStore(InMemoryTokenStore(clock = world.clock))
                    val one = world.instance(store)
                    one.put("session", world.server.tokens())
                    val source = one.source("session")
                    store.failing = setOf("load")
                    delay(HOUR - 1)
                    source.token()
                    delay(1_001)
                    val failure = shouldThrow<TokenSourceException> { source.token() }
                    failure.code shouldBe ErrorCode.TOKEN_STORE_FAILED
                    failure.stackTraceToString().contains("very-secret-value") shouldBe false
                    (world.count(TokenEvent.StoreFailed::class.java) > 0) shouldBe true
                    store.failing = emptySet()
                    delay(2_000)
                    source.token()
                }
            }

            test("no refresh token is sent without a lease") {
                runTest {
                    val world = TokenWorld(this)
                    val store = FailingStore(InMemoryTokenStore(clock = world.clock))
                    val one = world.instance(store)
                    one.put("session", world.server.tokens())
                    store.failing = setOf("lease")
                    delay(HOUR)
                    shouldThrow<TokenSourceException> { one.source("session").token() }
                    world.requests shouldBe 0
                }
            }

            test("new tokens that cannot be written are handed out, and written later") {
                runTest {
                    val world = TokenWorld(this) { rotateRefreshTokens() }
                    val store = FailingStore(InMemoryTokenStore(clock = world.clock))
                    val (one, other) = List(2) { world.instance(store) }
                    val first = world.server.tokens()
                    one.put("session", first)
                    delay(HOUR)
                    store.failing = setOf("commit")
                    val second = one.source("session").token()
                    second.accessToken shouldNotBe first.accessToken
                    delay(60_000)
                    one.source("session").token().accessToken shouldBe second.accessToken
                    world.count(TokenEvent.StoreWriteFailed::class.java) shouldBe 1
                    one.load("session") shouldBe second
                    other.load("session") shouldBe first
                    store.failing = emptySet()
                    delay(61_000)
                    other.load("session") shouldBe second
                    delay(HOUR)
                    other.source("session").token().shouldNotBeNull()
                    world.server.reusedRefreshTokens shouldBe 0
                }
            }

            test("what is not written yet outlives its access token and the sweep of the memory") {
                runTest {
                    val world = TokenWorld(this) { rotateRefreshTokens() }
                    val store = FailingStore(InMemoryTokenStore(clock = world.clock))
                    val one = world.instance(store)
                    one.put("session", world.server.tokens())
                    delay(HOUR)
                    store.failing = setOf("commit")
                    one.source("session").token()
                    delay(HOUR + 120_000)
                    // nobody tries any more without a caller
                    val failures = world.count(TokenEvent.StoreFailed::class.java)
                    delay(600_000)
                    world.count(TokenEvent.StoreFailed::class.java) shouldBe failures
                    shouldThrow<TokenSourceException> { one.source("another").token() }
                    store.failing = emptySet()
                    one.source("session").token()
                    world.server.reusedRefreshTokens shouldBe 0
                }
            }

            test("a new sign-in is not followed by what was not written of the one before") {
                runTest {
                    val world = TokenWorld(this) { rotateRefreshTokens() }
                    val store = FailingStore(InMemoryTokenStore(clock = world.clock))
                    val one = world.instance(store)
                    one.put("session", world.server.tokens("alice"))
                    delay(HOUR)
                    store.failing = setOf("commit")
                    one.source("session").token()
                    val new = world.server.tokens("bob")
                    one.put("session", new)
                    delay(6_000)
                    one.source("session").token() shouldBe new
                }
            }

            test("close ends the attempts to write") {
                runTest {
                    val world = TokenWorld(this)
                    val store = FailingStore(InMemoryTokenStore(clock = world.clock))
                    val one = world.instance(store)
                    one.put("session", world.server.tokens())
                    delay(HOUR)
                    store.failing = setOf("commit")
                    one.source("session").token()
                    one.close()
                    val begin = world.now
                    one.closed()
                    (Duration.between(begin, world.now).seconds < 2) shouldBe true
                }
            }

            test("a doubt that cannot be written is a doubt still") {
                runTest {
                    val world = TokenWorld(this)
                    val store = FailingStore(InMemoryTokenStore(clock = world.clock))
                    val one = world.instance(store)
                    one.put("session", world.server.tokens())
                    delay(HOUR)
                    store.failing = setOf("commit")
                    world.server.tokenEndpoint.dropNextAnswer()
                    val failure = shouldThrow<TokenSourceException> { one.source("session").token() }
                    failure.code shouldBe ErrorCode.REFRESH_IN_DOUBT
                }
            }

            test("a refresh token that came with a refused answer is written later too") {
                runTest {
                    val world = TokenWorld(this) { rotateRefreshTokens() }
                    val store = FailingStore(InMemoryTokenStore(clock = world.clock))
                    val one = world.instance(store)
                    one.put("session", world.server.tokens("alice"))
                    delay(HOUR)
                    store.failing = setOf("commit")
                    val foreign = checkNotNull(world.server.tokens("mallory").idToken)
                    world.server.tokenEndpoint.changeNextAnswer { it.withIdToken(foreign) }
                    shouldThrow<ValidationException> { one.source("session").token() }
                    store.failing = emptySet()
                    delay(15_000)
                    one.source("session").token().claims?.subject shouldBe "alice"
                    world.server.reusedRefreshTokens shouldBe 0
                }
            }
        }
    })
