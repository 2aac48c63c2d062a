package dev.openidclient.tokensource

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TokenSourceException
import dev.openidclient.jose.Jca
import dev.openidclient.logout.verifyLogoutToken
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.token.LogoutToken
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.grant
import dev.openidclient.tokenstore.InMemoryReplayCache
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.StoredEntry
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.maps.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import java.io.IOException
import java.time.Duration

private const val HOUR = 3_600_000L
private const val DAY = 24 * HOUR

/** Less than a call of the store may take. */
private const val MOMENT = 500L

/** How long a session is kept. */
private val THIRTY_DAYS = Duration.ofDays(30)

/** Lets what a store has be seen, and fail. */
private class SeenStore(
    private val store: TokenStore,
) : TokenStore by store {
    val values = HashMap<String, String>()
    var calls = 0
    var failingCommits = 0

    override suspend fun load(id: String) = store.load(id).also { calls++ }

    override suspend fun put(
        id: String,
        value: String,
        lifetime: Duration,
    ) {
        calls++
        store.put(id, value, lifetime)
        values[id] = value
    }

    override suspend fun commit(
        id: String,
        version: Long,
        value: String,
        lifetime: Duration,
    ): Boolean {
        calls++
        if (failingCommits > 0) {
            failingCommits--
            throw IOException("very-secret-value")
        }
        return store.commit(id, version, value, lifetime).also {
            if (it && lifetime.isZero) values.remove(id)
            if (it && !lifetime.isZero) values[id] = value
        }
    }

    override suspend fun take(id: String): String? = store.take(id).also { calls++ }.also { values.remove(id) }
}

/** Takes its time for what it is told to. */
private class SlowStore(
    private val store: TokenStore,
    private val isSlow: (name: String, lifetime: Duration?) -> Boolean,
) : TokenStore by store {
    private suspend fun before(
        name: String,
        lifetime: Duration? = null,
    ) {
        if (isSlow(name, lifetime)) delay(MOMENT)
    }

    override suspend fun load(id: String): StoredEntry? = before("load").let { store.load(id) }

    override suspend fun put(
        id: String,
        value: String,
        lifetime: Duration,
    ) = before("put", lifetime).let { store.put(id, value, lifetime) }

    override suspend fun commit(
        id: String,
        version: Long,
        value: String,
        lifetime: Duration,
    ): Boolean = before("commit", lifetime).let { store.commit(id, version, value, lifetime) }

    override suspend fun remove(id: String) = before("remove").let { store.remove(id) }
}

/** Seals nothing, as a store in memory does. */
private object OpenCipher : TokenCipher {
    override suspend fun seal(
        id: String,
        plaintext: String,
    ): String = plaintext

    override suspend fun open(
        id: String,
        sealed: String,
    ): String = sealed
}

class EndSessionsSpec :
    FunSpec({
        suspend fun TokenWorld.logout(
            subject: String?,
            sessionId: String? = null,
        ): LogoutToken =
            client.verifyLogoutToken(server.logoutToken("app", subject, sessionId), InMemoryReplayCache(clock = clock))

        fun TokenWorld.signIn(
            subject: String,
            sessionId: String,
        ): TokenResponse = server.tokens(subject) { sessionId(sessionId) }

        suspend fun isOver(source: TokenSource) {
            shouldThrow<TokenSourceException> { source.token() }.code shouldBe ErrorCode.SIGN_IN_REQUIRED
        }

        fun cipher() = TokenCipher.of(StoreKey("k", Jca.randomBytes(32)))

        fun TokenWorld.instances(store: TokenStore): List<UserTokens> {
            val cipher = cipher()
            return List(2) { users { store(store, cipher).backChannelLogout() } }
        }

        test("a logout of one session of the server ends that one, and no other one of the person") {
            runTest {
                val world = TokenWorld(this)
                val users = world.users { backChannelLogout() }
                users.put("phone", world.signIn("alice", "sid-1"))
                users.put("laptop", world.signIn("alice", "sid-2"))
                users.endSessions(world.logout("alice", "sid-1")) shouldBe 1
                isOver(users.source("phone"))
                users.source("laptop").token().claims?.subject shouldBe "alice"
                users.endSessions(world.logout(null, "sid-2")) shouldBe 1
                isOver(users.source("laptop"))
            }
        }

        test("a logout of a person ends all of their sessions, and nobody else's") {
            runTest {
                val world = TokenWorld(this)
                val users = world.users { backChannelLogout() }
                for (id in listOf("a", "b", "c")) users.put(id, world.signIn("alice", "sid-$id"))
                users.put("d", world.signIn("bob", "sid-d"))
                users.endSessions(world.logout("alice")) shouldBe 3
                for (id in listOf("a", "b", "c")) users.load(id).shouldBeNull()
                users.load("d").shouldNotBeNull()
                users.endSessions(world.logout("alice")) shouldBe 0
                users.endSessions(world.logout("nobody")) shouldBe 0
                users.endSessions(world.logout(null, "no-sid")) shouldBe 0
            }
        }

        test("a logout that comes to one instance ends the session at the other one, within nearCopy") {
            runTest {
                val world = TokenWorld(this)
                val (one, other) = world.instances(InMemoryTokenStore(clock = world.clock))
                one.put("session", world.signIn("alice", "sid"))
                one.source("session").token()
                other.endSessions(world.logout("alice", "sid")) shouldBe 1
                isOver(other.source("session"))
                one.source("session").token()
                delay(5_000)
                isOver(one.source("session"))
            }
        }

        test("the instance that the logout came to hands out nothing of the session from then on") {
            runTest {
                val world = TokenWorld(this)
                val (one, _) = world.instances(InMemoryTokenStore(clock = world.clock))
                one.put("session", world.signIn("alice", "sid"))
                one.source("session").token()
                one.endSessions(world.logout("alice", "sid")) shouldBe 1
                isOver(one.source("session"))
                world.requests shouldBe 0
            }
        }

        test("a logout during a refresh, at either instance: the session stays over, and the new tokens are revoked") {
            for (which in 0..1) {
                runTest {
                    val world = TokenWorld(this) { rotateRefreshTokens() }
                    val instances = world.instances(InMemoryTokenStore(clock = world.clock))
                    val one = instances[0]
                    one.put("session", world.signIn("alice", "sid"))
                    delay(HOUR)
                    world.server.tokenEndpoint.delayNext(Duration.ofSeconds(5))
                    val waiter = async { isOver(one.source("session")) }
                    delay(1_000)
                    instances[which].endSessions(world.logout("alice", "sid")) shouldBe 1
                    waiter.await()
                    for (it in instances) isOver(it.source("session"))
                    world.server.revocationEndpoint.requestCount shouldBe 1
                }
            }
        }

        test("after 40 days of refreshes the session is found as after the sign-in") {
            runTest {
                val world = TokenWorld(this) { rotateRefreshTokens() }
                val (one, other) = world.instances(InMemoryTokenStore(clock = world.clock))
                one.put("session", world.signIn("alice", "sid"))
                repeat(40) {
                    delay(DAY)
                    one.source("session").token()
                }
                other.endSessions(world.logout("alice", "sid")) shouldBe 1
                other.load("session").shouldBeNull()
            }
        }

        test("another person who has signed in under the same id since stays") {
            runTest {
                val world = TokenWorld(this)
                val (one, other) = world.instances(InMemoryTokenStore(clock = world.clock))
                one.put("session", world.signIn("alice", "sid-1"))
                one.put("session", world.signIn("bob", "sid-2"))
                other.endSessions(world.logout("alice")) shouldBe 0
                one.source("session").token().claims?.subject shouldBe "bob"
            }
        }

        test("where the server names no sid in its ID Tokens, a logout of a session ends those of its person") {
            runTest {
                val world = TokenWorld(this)
                val users = world.users { backChannelLogout() }
                users.put("a", world.server.tokens("alice") { claim("sid", null) })
                users.put("b", world.signIn("alice", "another"))
                users.endSessions(world.logout(null, "sid")) shouldBe 0
                users.endSessions(world.logout("alice", "sid")) shouldBe 1
                users.load("a").shouldBeNull()
                users.load("b").shouldNotBeNull()
            }
        }

        test("nothing of a person or a session can be read in the store") {
            runTest {
                val world = TokenWorld(this)
                val store = SeenStore(InMemoryTokenStore(clock = world.clock))
                world.instances(store)[0].put("the-session-id", world.signIn("alice", "the-sid"))
                store.values.size shouldBe 3
                for ((id, value) in store.values) {
                    for (secret in listOf("alice", "the-sid", "the-session-id")) {
                        id shouldNotContain secret
                        value shouldNotContain secret
                    }
                }
            }
        }

        test("removed and revoked sessions leave no list behind") {
            runTest {
                val world = TokenWorld(this)
                val store = SeenStore(InMemoryTokenStore(clock = world.clock))
                val (one, other) = world.instances(store)
                one.put("a", world.server.tokens("alice") { claim("sid", null) })
                one.put("b", world.server.tokens("alice") { claim("sid", null) })
                other.remove("a")
                other.revoke("b")
                store.values.shouldBeEmpty()
            }
        }

        test("of two first sign-ins of one person at two instances in the same moment none is lost") {
            runTest {
                val world = TokenWorld(this)
                val store = InMemoryTokenStore(clock = world.clock)
                val one = world.users { store(store).backChannelLogout() }
                val slow = SlowStore(store) { name, _ -> name != "load" }
                val other = world.users { store(slow, OpenCipher).backChannelLogout() }
                val signIn = async { other.put("b", world.server.tokens("alice") { claim("sid", null) }) }
                delay(MOMENT / 2)
                // the other instance has found no list, and is about to write one
                one.put("a", world.server.tokens("alice") { claim("sid", null) })
                signIn.await()
                one.endSessions(world.logout("alice")) shouldBe 2
            }
        }

        test("a sign-out takes away nothing that a sign-in of the same session of the server needs") {
            runTest {
                val world = TokenWorld(this)
                val store = InMemoryTokenStore(clock = world.clock)
                val one = world.users { store(store).backChannelLogout() }
                val slow = SlowStore(store) { name, lifetime -> name == "remove" || lifetime == Duration.ZERO }
                val other = world.users { store(slow, OpenCipher).backChannelLogout() }
                one.put("first", world.signIn("alice", "another"))
                one.put("before", world.signIn("alice", "sid"))
                val signOut = async { other.remove("before") }
                delay(MOMENT / 2)
                one.put("after", world.signIn("alice", "sid"))
                signOut.await()
                one.endSessions(world.logout(null, "sid")) shouldBe 1
                one.load("after").shouldBeNull()
            }
        }

        test("a logout that comes during the sign-in ends it, and no sign-in under the same id since") {
            for (isReplaced in listOf(false, true)) {
                runTest {
                    val world = TokenWorld(this)
                    val store = InMemoryTokenStore(clock = world.clock)
                    val one = world.users { store(store).backChannelLogout() }
                    val slow = SlowStore(store) { name, lifetime -> name == "load" || lifetime == THIRTY_DAYS }
                    val other = world.users { store(slow, OpenCipher).backChannelLogout() }
                    val signIn = async { other.put("session", world.signIn("alice", "sid")) }
                    // it is in the list, and not written yet
                    delay(MOMENT + MOMENT / 2)
                    one.endSessions(world.logout("alice", "sid")) shouldBe 0
                    // it is written, and is about to be looked for in the list
                    delay(MOMENT)
                    if (isReplaced) one.put("session", world.signIn("bob", "sid-of-bob"))
                    signIn.await()
                    one.load("session")?.claims?.subject shouldBe if (isReplaced) "bob" else null
                }
            }
        }

        test("a sign-in costs four calls more, a sign-out as many, a renewal none") {
            runTest {
                val world = TokenWorld(this)

                suspend fun calls(
                    isIndexed: Boolean,
                    use: suspend (UserTokens) -> Unit,
                ): Int {
                    val store = SeenStore(InMemoryTokenStore(clock = world.clock))
                    val cipher = cipher()
                    val users = world.users { store(store, cipher).apply { if (isIndexed) backChannelLogout() } }
                    users.put("first", world.signIn("alice", "sid-1"))
                    store.calls = 0
                    use(users)
                    return store.calls
                }

                suspend fun more(use: suspend (UserTokens) -> Unit) = calls(true, use) - calls(false, use)
                more { it.put("second", world.signIn("alice", "sid-2")) } shouldBe 4
                more { it.put("second", world.signIn("bob", "sid-2")) } shouldBe 4
                more { it.revoke("first") } shouldBe 4
                more {
                    delay(HOUR)
                    it.source("first").token()
                } shouldBe 0
            }
        }

        test("of many sign-ins of one person at once each is found") {
            val server = TestAuthorizationServer()
            val client = OpenIdClient(server.metadata, "app") { transport = server }
            val store = InMemoryTokenStore()
            val users = UserTokens(client) { store(store).backChannelLogout() }
            withContext(Dispatchers.Default) {
                coroutineScope { List(90) { async { users.put("session-$it", server.tokens("alice")) } }.awaitAll() }
            }
            val token = client.verifyLogoutToken(server.logoutToken("app", "alice"), InMemoryReplayCache())
            users.endSessions(token) shouldBe 90
            users.close()
        }

        test("of more than 100 sign-ins of one person the latest are found, and the others by nothing") {
            runTest {
                val world = TokenWorld(this)
                val users = world.users { backChannelLogout() }
                repeat(110) { users.put("session-$it", world.signIn("alice", "sid-$it")) }
                users.endSessions(world.logout("alice")) shouldBe 100
                users.load("session-9").shouldNotBeNull()
                users.load("session-10").shouldBeNull()
                users.endSessions(world.logout("alice", "sid-9")) shouldBe 0
            }
        }

        test("where the store fails, what can be ended is, and the failure is told without its words") {
            runTest {
                val world = TokenWorld(this)
                val store = SeenStore(InMemoryTokenStore(clock = world.clock))
                val (one, _) = world.instances(store)
                one.put("a", world.signIn("alice", "sid-a"))
                one.put("b", world.signIn("alice", "sid-b"))
                store.failingCommits = 1
                val failure = shouldThrow<TokenSourceException> { one.endSessions(world.logout("alice")) }
                failure.code shouldBe ErrorCode.TOKEN_STORE_FAILED
                failure.message shouldNotContain "secret"
                one.load("b").shouldBeNull()
                one.endSessions(world.logout("alice")) shouldBe 1
                one.load("a").shouldBeNull()
            }
        }

        test("what the store was in the way of is ended by this process as soon as the store is back") {
            for (name in listOf("load", "commit")) {
                runTest {
                    val world = TokenWorld(this)
                    val store = ObservedStore(InMemoryTokenStore(clock = world.clock))
                    val (one, other) = world.instances(store)
                    one.put("session", world.signIn("alice", "sid"))
                    store.failing = setOf(name)
                    val token = world.logout("alice", "sid")
                    shouldThrow<TokenSourceException> { one.endSessions(token) }.code shouldBe
                        ErrorCode.TOKEN_STORE_FAILED
                    delay(HOUR / 2)
                    store.failing = emptySet()
                    // a minute is the longest pause, more or less by a fifth
                    delay(72_000)
                    other.load("session").shouldBeNull()
                    store.calls.clear()
                    delay(HOUR)
                    store.calls.shouldBeEmpty()
                    one.endSessions(token) shouldBe 0
                }
            }
        }

        test("what the server hung up on is ended by this process all the same") {
            runTest {
                val world = TokenWorld(this)
                val store = ObservedStore(InMemoryTokenStore(clock = world.clock))
                val (one, other) = world.instances(store)
                one.put("session", world.signIn("alice", "sid"))
                store.hanging = setOf("load")
                val ending = launch { one.endSessions(world.logout("alice", "sid")) }
                delay(MOMENT)
                ending.cancelAndJoin()
                store.hanging = emptySet()
                delay(HOUR)
                other.load("session").shouldBeNull()
            }
        }

        test("who closes while logouts wait for the store has it tried once more, and then no longer") {
            runTest {
                val world = TokenWorld(this)
                val store = ObservedStore(InMemoryTokenStore(clock = world.clock))
                val (one, other) = world.instances(store)
                one.put("session", world.signIn("alice", "sid"))
                store.failing = setOf("load")
                shouldThrow<TokenSourceException> { one.endSessions(world.logout("alice", "sid")) }
                delay(HOUR)
                one.close()
                store.failing = emptySet()
                one.closed()
                other.load("session").shouldBeNull()
            }
        }

        test("two clients in one store do not end each other's sessions") {
            runTest {
                val world = TokenWorld(this)
                val store = InMemoryTokenStore(clock = world.clock)
                val cipher = cipher()
                val one = world.users { store(store, cipher).backChannelLogout().namespace("one") }
                val other = world.users { store(store, cipher).backChannelLogout().namespace("other") }
                one.put("session", world.signIn("alice", "sid"))
                other.endSessions(world.logout("alice")) shouldBe 0
                one.endSessions(world.logout("alice")) shouldBe 1
            }
        }

        test("two clients in one store need no namespace for that") {
            runTest {
                val world = TokenWorld(this) { client("other", "secret-of-the-other") }
                val store = InMemoryTokenStore(clock = world.clock)
                val cipher = cipher()
                val otherClient =
                    OpenIdClient(world.server.metadata, "other") {
                        clientSecret("secret-of-the-other")
                        transport = world.server
                        clock = world.clock
                    }
                val one = world.users { store(store, cipher).backChannelLogout() }
                val other = world.users(otherClient) { store(store, cipher).backChannelLogout() }
                one.put("of one", world.signIn("alice", "sid"))
                other.put("of the other", world.server.tokens("alice", "other"))
                one.endSessions(world.logout("alice")) shouldBe 1
                other.load("of the other").shouldNotBeNull()
            }
        }

        test("an entry that cannot be read here keeps no other from its end") {
            runTest {
                val world = TokenWorld(this)
                val store = InMemoryTokenStore(clock = world.clock)
                val old = cipher()
                val one = world.users { store(store, old).backChannelLogout() }
                one.put("of the old key", world.signIn("alice", "sid-1"))
                val other = world.users { store(store, cipher()).backChannelLogout() }
                other.put("of the new key", world.signIn("alice", "sid-2"))
                other.endSessions(world.logout("alice")) shouldBe 1
                other.load("of the new key").shouldBeNull()
                one.load("of the old key").shouldNotBeNull()
            }
        }

        test("an ID Token that is not there names nobody: the session is kept, and found by no logout") {
            runTest {
                val world = TokenWorld(this)
                val users = world.users { backChannelLogout() }
                world.answerNext("""{"access_token":"a","token_type":"bearer","expires_in":3600}""")
                val tokens = world.client.grant("urn:x")
                users.put("session", tokens)
                users.endSessions(world.logout("alice")) shouldBe 0
                users.load("session") shouldBe tokens
                users.remove("session")
                users.load("session").shouldBeNull()
            }
        }

        test("without backChannelLogout() a logout cannot find anything, and says what to change") {
            runTest {
                val world = TokenWorld(this)
                val token = world.logout("alice")
                shouldThrow<IllegalStateException> { world.users().endSessions(token) }.message shouldContain
                    "backChannelLogout()"
            }
        }
    })
