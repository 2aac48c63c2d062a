package dev.openidclient.tokensource

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TokenSourceException
import dev.openidclient.event.TokenEvent
import dev.openidclient.jose.Jca
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.StoredEntry
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.runTest
import java.io.IOException
import java.time.Duration
import java.time.temporal.ChronoUnit

private const val HOUR = 3_600_000L
private const val NEAR_COPY = 5_000L

/** Lets the values of a store be seen and changed. */
private class OpenStore(
    private val store: TokenStore,
) : TokenStore by store {
    val values = HashMap<String, String>()
    var hangs = false

    override suspend fun load(id: String): StoredEntry? {
        if (hangs) CompletableDeferred<Unit>().await()
        return store.load(id)?.let { StoredEntry(it.version, values[id] ?: it.value) }
    }

    override suspend fun put(
        id: String,
        value: String,
        lifetime: Duration,
    ) {
        values[id] = value
        store.put(id, value, lifetime)
    }

    override suspend fun commit(
        id: String,
        version: Long,
        value: String,
        lifetime: Duration,
    ): Boolean = store.commit(id, version, value, lifetime).also { if (it) values[id] = value }
}

private class FailingCipher(
    private val failure: Exception,
) : TokenCipher {
    override suspend fun seal(
        id: String,
        plaintext: String,
    ): String = throw failure

    override suspend fun open(
        id: String,
        sealed: String,
    ): String = throw failure
}

class SharedStoreSpec :
    FunSpec({
        fun key(id: String) = StoreKey(id, Jca.randomBytes(32))

        suspend fun failureOf(source: TokenSource) = shouldThrow<TokenSourceException> { source.token() }

        test("two instances share a session, and nothing of it can be read in the store") {
            runTest {
                val world = TokenWorld(this) { rotateRefreshTokens() }
                val store = OpenStore(InMemoryTokenStore(clock = world.clock))
                val cipher = TokenCipher.of(key("2026-11"))
                val (one, other) = List(2) { world.users { store(store, cipher) } }
                val tokens = world.server.tokens("alice")
                one.put("the-session-id", tokens)
                other.load("the-session-id") shouldBe tokens
                delay(HOUR)
                val renewed = other.source("the-session-id").token()
                renewed.accessToken shouldNotBe tokens.accessToken
                one.source("the-session-id").token() shouldBe renewed
                world.requests shouldBe 1
                val (id, value) = store.values.entries.single()
                value shouldStartWith "v1.2026-11."
                for (secret in listOf("the-session-id", "alice", renewed.accessToken, tokens.accessToken)) {
                    id shouldNotContain secret
                    value shouldNotContain secret
                }
            }
        }

        test("a key is changed while the instances run: new ones seal with it, and read what the old one sealed") {
            runTest {
                val world = TokenWorld(this)
                val store = OpenStore(InMemoryTokenStore(clock = world.clock))
                val old = key("2026-05")
                val new = key("2026-11")
                world.users { store(store, TokenCipher.of(old)) }.put("session", world.server.tokens())
                val sessions = world.users { store(store, TokenCipher.of(new, old)) }
                sessions.source("session").token()
                store.values.values.single() shouldStartWith "v1.2026-05."
                delay(HOUR)
                sessions.source("session").token()
                store.values.values.single() shouldStartWith "v1.2026-11."
            }
        }

        test("an instance with another key signs nobody out: the entry is unreadable there, and stays") {
            runTest {
                val world = TokenWorld(this)
                val store = InMemoryTokenStore(clock = world.clock)
                val right = world.users { store(store, TokenCipher.of(key("a"))) }
                val wrong = world.users { store(store, TokenCipher.of(key("b"))) }
                right.put("session", world.server.tokens())
                val failure = failureOf(wrong.source("session"))
                failure.code shouldBe ErrorCode.TOKEN_STORE_UNREADABLE
                failure.message shouldContain "the key \"a\", which is none of [b]"
                right.load("session").shouldNotBeNull()
                world.requests shouldBe 0
            }
        }

        test("an entry that somebody copied to another session opens for nobody") {
            runTest {
                val world = TokenWorld(this)
                val store = OpenStore(InMemoryTokenStore(clock = world.clock))
                val cipher = TokenCipher.of(key("a"))
                val sessions = world.users { store(store, cipher) }
                sessions.put("victim", world.server.tokens("alice"))
                val value = store.values.values.single()
                sessions.put("attacker", world.server.tokens("mallory"))
                val id = store.values.keys.single { store.values[it] != value }
                store.values[id] = value
                val other = world.users { store(store, cipher) }
                failureOf(other.source("attacker")).code shouldBe ErrorCode.TOKEN_STORE_UNREADABLE
            }
        }

        test("a cipher that fails is an outage of the store, and its message reaches nobody") {
            runTest {
                val world = TokenWorld(this)
                val store = InMemoryTokenStore(clock = world.clock)
                world.users { store(store, TokenCipher.of(key("a"))) }.put("session", world.server.tokens())
                val sessions = world.users { store(store, FailingCipher(IOException("very-secret-value"))) }
                val failure = failureOf(sessions.source("session"))
                failure.code shouldBe ErrorCode.TOKEN_STORE_FAILED
                failure.stackTraceToString() shouldNotContain "very-secret-value"
            }
        }

        test("what another cipher says of an entry that it does not open reaches nobody") {
            runTest {
                val world = TokenWorld(this)
                val store = InMemoryTokenStore(clock = world.clock)
                world.users { store(store, TokenCipher.of(key("a"))) }.put("session", world.server.tokens())
                val sessions =
                    world.users {
                        store(
                            store,
                            FailingCipher(IllegalArgumentException("very-secret-value")),
                        )
                    }
                val failure = failureOf(sessions.source("session"))
                failure.code shouldBe ErrorCode.TOKEN_STORE_UNREADABLE
                failure.message shouldContain "its TokenCipher does not open it"
                failure.stackTraceToString() shouldNotContain "very-secret-value"
            }
        }

        test("durations of any length are taken, and the shortest is no time at all only where it says so") {
            for (duration in listOf(Duration.ofNanos(1), ChronoUnit.FOREVER.duration)) {
                runTest {
                    val world = TokenWorld(this)
                    val sessions =
                        world.users {
                            store(InMemoryTokenStore(clock = world.clock), TokenCipher.of(key("a")))
                            storeTimeout = duration
                            nearCopy = duration
                        }
                    val tokens = world.server.tokens()
                    sessions.put("session", tokens)
                    sessions.source("session").token() shouldBe tokens
                    delay(NEAR_COPY)
                    sessions.source("session").token() shouldBe tokens
                }
            }
        }

        test("a store that does not answer is an outage after storeTimeout, and what is known is handed out") {
            runTest {
                val world = TokenWorld(this)
                val store = OpenStore(InMemoryTokenStore(clock = world.clock))
                val sessions =
                    world.users {
                        store(store, TokenCipher.of(key("a")))
                        storeTimeout = Duration.ofMillis(700)
                    }
                val tokens = world.server.tokens()
                sessions.put("session", tokens)
                store.hangs = true
                delay(NEAR_COPY)
                val begin = testScheduler.currentTime
                sessions.source("session").token() shouldBe tokens
                testScheduler.currentTime - begin shouldBe 700
                val failure = failureOf(sessions.source("other session"))
                failure.code shouldBe ErrorCode.TOKEN_STORE_FAILED
                failure.message shouldContain "no answer within storeTimeout"
                (world.count(TokenEvent.StoreFailed::class.java) >= 2) shouldBe true
            }
        }

        test("a sign-out at another instance is seen after nearCopy, and at once where that is zero") {
            for (nearCopy in listOf(0L, 5L, 60L)) {
                runTest {
                    val world = TokenWorld(this)
                    val store = InMemoryTokenStore(clock = world.clock)
                    val (one, other) =
                        List(2) {
                            world.users {
                                store(store)
                                this.nearCopy = Duration.ofSeconds(nearCopy)
                            }
                        }
                    one.put("session", world.server.tokens())
                    other.source("session").token()
                    one.remove("session")
                    if (nearCopy > 0) {
                        delay(nearCopy * 1_000 - 1)
                        other.source("session").token()
                        delay(1)
                    }
                    failureOf(other.source("session")).code shouldBe ErrorCode.SIGN_IN_REQUIRED
                }
            }
        }

        test("narrower tokens end with their sign-in at another instance, and live on through its refreshes") {
            runTest {
                val world = TokenWorld(this) { rotateRefreshTokens() }
                val store = InMemoryTokenStore(clock = world.clock)
                val (one, other) = List(2) { world.users { store(store) } }
                one.put("session", world.server.tokens("alice", "app") { scope("openid", "read") })
                val narrow = other.source("session") { scope("read") }
                val first = narrow.token()
                // the entry of the session is renewed, but by the same sign-in
                delay(HOUR / 2)
                one.source("session").apply { invalidate(token()) }.token()
                narrow.token() shouldBe first
                world.requests shouldBe 2
                one.put("session", world.server.tokens("bob", "app") { scope("openid", "read") })
                delay(NEAR_COPY)
                narrow.token().accessToken shouldNotBe first.accessToken
                one.remove("session")
                delay(NEAR_COPY)
                failureOf(narrow).code shouldBe ErrorCode.SIGN_IN_REQUIRED
            }
        }

        test("services with other namespaces have other sessions of the same id") {
            runTest {
                val world = TokenWorld(this)
                val store = InMemoryTokenStore(clock = world.clock)
                val (shop, blog) =
                    listOf("shop", "blog").map {
                        world.users {
                            store(store)
                            namespace = it
                        }
                    }
                shop.put("1", world.server.tokens())
                blog.load("1").shouldBeNull()
                world.users { store(store) }.load("1").shouldBeNull()
            }
        }

        test("settings that make no sense are refused") {
            runTest {
                val world = TokenWorld(this)
                shouldThrow<IllegalArgumentException> { world.users { storeTimeout = Duration.ZERO } }
                    .message shouldContain "storeTimeout"
                shouldThrow<IllegalArgumentException> { world.users { nearCopy = Duration.ofSeconds(-1) } }
                    .message shouldContain "nearCopy"
            }
        }
    })
