package dev.openidclient.tokensource

import dev.openidclient.error.ErrorCode
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

        test("a lease that nobody ended is a doubt: not sent again before every flight has ended") {
            runTest {
                val world = TokenWorld(this) { rotateRefreshTokens() }
                val store = InMemoryTokenStore(clock = world.clock)
                val one = world.instance(store) { afterDoubt = AfterDoubt.within(Duration.ofHours(1)) }
                one.put("session", world.server.tokens())
                delay(HOUR)
                val id = digestOf("user", "session")
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
                val id = digestOf("user", "session")
                val version = checkNotNull(store.load(id)).version
                store.lease(id, version, "another instance", Duration.ofHours(1))
                val begin = world.now
                shouldThrow<TransportException> { one.source("session").token() }.code shouldBe ErrorCode.TIMEOUT
                Duration.between(begin, world.now).seconds shouldBe 60
                world.requests shouldBe 0
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
                    other.load("session") shouldBe first
                    store.failing = emptySet()
                    delay(61_000)
                    other.load("session") shouldBe second
                    delay(HOUR)
                    other.source("session").token().shouldNotBeNull()
                    world.server.reusedRefreshTokens shouldBe 0
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
