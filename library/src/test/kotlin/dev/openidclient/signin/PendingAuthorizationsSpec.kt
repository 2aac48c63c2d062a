package dev.openidclient.signin

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TokenSourceException
import dev.openidclient.testing.NOW
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.pendingAuthorization
import dev.openidclient.testserver.TestClock
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.TokenCipher
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldMatch
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import java.time.Duration

private const val CALLERS = 100

class PendingAuthorizationsSpec :
    FunSpec({
        val pending = pendingAuthorization(nonce = "the-nonce", scope = "openid")

        test("what one instance began another one takes, once over both") {
            val store = WatchedStore()
            val cipher = TokenCipher.of(storeKey())
            val (one, other) = List(2) { PendingAuthorizations(store, cipher) }
            val handle = one.begin(pending)
            other.take(handle) shouldBe pending
            one.take(handle).shouldBeNull()
            other.take(handle).shouldBeNull()
        }

        test("of 100 callers at two instances one takes it") {
            val store = InMemoryTokenStore()
            val cipher = TokenCipher.of(storeKey())
            val instances = List(2) { PendingAuthorizations(store, cipher) }
            repeat(20) {
                val handle = instances[0].begin(pending)
                withContext(Dispatchers.Default) {
                    val taken = List(CALLERS) { async { instances[it % 2].take(handle) } }.awaitAll()
                    taken.filterNotNull() shouldBe listOf(pending)
                }
            }
        }

        test(
            "a request is kept as what is pending of it, and the handle is of 43 characters and never the same twice",
        ) {
            val all = PendingAuthorizations(InMemoryTokenStore())
            val request = StubServer().client().authorizationRequest { scope("openid") }
            val handles = List(100) { all.begin(request) }
            handles.shouldBeUnique()
            for (handle in handles) handle shouldMatch Regex("[A-Za-z0-9_-]{43}")
            all.take(handles.first()) shouldBe request.pending
        }

        test("the store sees neither the handle nor the state, and no secret of the request") {
            val store = WatchedStore()
            val all = PendingAuthorizations(store, TokenCipher.of(storeKey()))
            val handle = all.begin(pending)
            val (id, value) = store.values.entries.single()
            value shouldStartWith "v1.2026-11."
            for (secret in listOf(
                handle,
                pending.state,
                pending.codeVerifier,
                pending.nonce.orEmpty(),
                pending.encode(),
            )) {
                id shouldNotContain secret
                value shouldNotContain secret
            }
        }

        test("the state, or the id in the store, takes nothing") {
            val store = WatchedStore()
            val all = PendingAuthorizations(store, TokenCipher.of(storeKey()))
            val handle = all.begin(pending)
            all.take(pending.state).shouldBeNull()
            all.take(store.values.keys.single()).shouldBeNull()
            all.take(handle).shouldNotBeNull()
        }

        test("what is no handle is null, and the store is not asked for it") {
            val store = WatchedStore()
            val all = PendingAuthorizations(store, TokenCipher.of(storeKey()))
            val handle = all.begin(pending)
            val others =
                listOf(
                    "",
                    " ",
                    handle.dropLast(1),
                    handle + "A",
                    "$handle ",
                    handle.dropLast(1) + "=",
                    "\u0000".repeat(43),
                ) +
                    listOf(
                        handle.dropLast(1) + "é",
                        "../".repeat(15).take(43),
                        "x".repeat(1_000_000),
                        handle.drop(1) + "\n",
                    )
            for (other in others) all.take(other).shouldBeNull()
            store.takes shouldBe 0
            all.take("A".repeat(43)).shouldBeNull()
            store.takes shouldBe 1
        }

        test("it is there for pendingAuthorizationLifetime, and then no more") {
            val clock = TestClock(NOW)
            val store = WatchedStore(clock)
            val all =
                PendingAuthorizations(store, TokenCipher.of(storeKey())) {
                    pendingAuthorizationLifetime = Duration.ofMinutes(10)
                }
            val (late, soon) = List(2) { all.begin(pending) }
            clock.advance(Duration.ofMinutes(10).minusMillis(1))
            all.take(soon).shouldNotBeNull()
            clock.advance(Duration.ofMillis(1))
            all.take(late).shouldBeNull()
            store.lifetimes.distinct() shouldBe listOf(Duration.ofMinutes(10))
        }

        test("it is there for an hour, where the settings say nothing") {
            val store = WatchedStore()
            PendingAuthorizations(store, TokenCipher.of(storeKey())).begin(pending)
            store.lifetimes shouldBe listOf(Duration.ofHours(1))
        }

        test("two services with one store do not find each other's") {
            val store = WatchedStore()
            val cipher = TokenCipher.of(storeKey())
            val handle = PendingAuthorizations(store, cipher) { namespace = "a" }.begin(pending)
            PendingAuthorizations(store, cipher) { namespace = "b" }.take(handle).shouldBeNull()
            PendingAuthorizations(store, cipher).take(handle).shouldBeNull()
            PendingAuthorizations(store, cipher) { namespace = "a" }.take(handle) shouldBe pending
        }

        test("an outage of the store is OAUTH_TOKEN_STORE_FAILED, and has no word of its exception") {
            val store = WatchedStore()
            val all = PendingAuthorizations(store, TokenCipher.of(storeKey()))
            val handle = all.begin(pending)
            store.isDown = true
            for (call in listOf<suspend () -> Any?>({ all.begin(pending) }, { all.take(handle) })) {
                val failure = shouldThrow<TokenSourceException> { call() }
                failure.code shouldBe ErrorCode.TOKEN_STORE_FAILED
                failure.message shouldContain "(java.io.IOException)"
                failure.stackTraceToString() shouldNotContain "very-secret"
                failure.stackTraceToString() shouldNotContain handle
            }
            store.isDown = false
            all.take(handle) shouldBe pending
        }

        test("a store that does not answer within storeTimeout is an outage; who is cancelled is cancelled") {
            runTest {
                val store = WatchedStore()
                val all =
                    PendingAuthorizations(store, TokenCipher.of(storeKey())) {
                        storeTimeout =
                            Duration.ofMillis(300)
                    }
                store.hangs = true
                val failure = shouldThrow<TokenSourceException> { all.begin(pending) }
                failure.code shouldBe ErrorCode.TOKEN_STORE_FAILED
                failure.message shouldContain "no answer within storeTimeout"
                testScheduler.currentTime shouldBe 300
                val failures = mutableListOf<Throwable>()
                val waiting =
                    launch {
                        try {
                            all.begin(pending)
                        } catch (e: TokenSourceException) {
                            failures += e
                        }
                    }
                runCurrent()
                waiting.cancelAndJoin()
                failures.shouldBeEmpty()
            }
        }

        test("an entry that was changed, cut off, copied or sealed with another key is unreadable, and shows nothing") {
            val store = WatchedStore()
            val key = storeKey()
            val all = PendingAuthorizations(store, TokenCipher.of(key))
            val copied =
                WatchedStore()
                    .also {
                        PendingAuthorizations(it, TokenCipher.of(key)).begin(pending)
                    }.values.values
                    .single()
            val changes =
                listOf<(String) -> String>(
                    { it.dropLast(1) },
                    { it.take(20) },
                    { "" },
                    { it.dropLast(5) + "AAAAA" },
                    { copied },
                    { it.replace("2026-11", "2026-05") },
                    { pending.encode() },
                )
            for (change in changes) {
                store.changed = change
                val handle = all.begin(pending)
                val failure = shouldThrow<TokenSourceException> { all.take(handle) }
                failure.code shouldBe ErrorCode.TOKEN_STORE_UNREADABLE
                failure.stackTraceToString() shouldNotContain handle
                failure.stackTraceToString() shouldNotContain pending.codeVerifier
            }
            store.changed = { it }
            val other = PendingAuthorizations(store, TokenCipher.of(storeKey()))
            shouldThrow<TokenSourceException> { other.take(all.begin(pending)) }.code shouldBe
                ErrorCode.TOKEN_STORE_UNREADABLE
        }

        test("a key is changed while sign-ins are under way") {
            val store = WatchedStore()
            val (old, new) = listOf(storeKey("old"), storeKey("new"))
            val handle = PendingAuthorizations(store, TokenCipher.of(old)).begin(pending)
            PendingAuthorizations(store, TokenCipher.of(new, old)).take(handle) shouldBe pending
        }

        test("what another TokenCipher says reaches nobody") {
            val all = PendingAuthorizations(WatchedStore(), ChattyCipher())
            val failure = shouldThrow<TokenSourceException> { all.take(all.begin(pending)) }
            failure.code shouldBe ErrorCode.TOKEN_STORE_UNREADABLE
            failure.stackTraceToString() shouldNotContain "very-secret"
        }

        test("what is sealed and is no pending authorization is unreadable, and shows nothing") {
            val store = WatchedStore()
            val key = storeKey()
            val sealing = TokenCipher.of(key)
            val odd =
                object : TokenCipher by sealing {
                    override suspend fun seal(
                        id: String,
                        plaintext: String,
                    ): String = sealing.seal(id, "very-secret")
                }
            val handle = PendingAuthorizations(store, odd).begin(pending)
            val failure = shouldThrow<TokenSourceException> { PendingAuthorizations(store, sealing).take(handle) }
            failure.code shouldBe ErrorCode.TOKEN_STORE_UNREADABLE
            failure.stackTraceToString() shouldNotContain "very-secret"
        }

        test("settings that contradict themselves are refused") {
            shouldThrow<IllegalArgumentException> {
                PendingAuthorizations(InMemoryTokenStore()) { pendingAuthorizationLifetime = Duration.ZERO }
            }.message shouldBe "pendingAuthorizationLifetime must be positive, but is PT0S"
            shouldThrow<IllegalArgumentException> {
                PendingAuthorizations(InMemoryTokenStore()) { storeTimeout = Duration.ofSeconds(-1) }
            }.message shouldBe "storeTimeout must be positive, but is PT-1S"
        }
    })
