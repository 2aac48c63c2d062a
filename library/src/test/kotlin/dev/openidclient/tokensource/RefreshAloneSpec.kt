package dev.openidclient.tokensource

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TokenSourceException
import dev.openidclient.event.TokenEvent
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.Lease
import dev.openidclient.tokenstore.StoredEntry
import dev.openidclient.tokenstore.TokenStore
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest
import java.io.IOException
import java.time.Duration

private const val HOUR = 3_600_000L
private const val MINUTES = 180_000L

/** Fails from here, while others may still reach [store]. */
private class Reached(
    private val store: TokenStore,
) : TokenStore {
    var isDown = false

    /** Whether a commit is done, and its answer lost. */
    var losesAnswers = false

    private fun up(): TokenStore = if (isDown) throw IOException("connection refused") else store

    override suspend fun load(id: String): StoredEntry? = up().load(id)

    override suspend fun put(
        id: String,
        value: String,
        lifetime: Duration,
    ) = up().put(id, value, lifetime)

    override suspend fun lease(
        id: String,
        version: Long,
        owner: String,
        duration: Duration,
    ): Lease = up().lease(id, version, owner, duration)

    override suspend fun renew(
        id: String,
        version: Long,
        owner: String,
        duration: Duration,
    ): Boolean = up().renew(id, version, owner, duration)

    override suspend fun commit(
        id: String,
        version: Long,
        value: String,
        lifetime: Duration,
    ): Boolean =
        up().commit(id, version, value, lifetime).also { if (losesAnswers) throw IOException("connection reset") }

    override suspend fun release(
        id: String,
        version: Long,
        owner: String,
    ) = up().release(id, version, owner)

    override suspend fun remove(id: String) = up().remove(id)

    override suspend fun take(id: String): String? = up().take(id)
}

class RefreshAloneSpec :
    FunSpec({
        class Outage(
            test: TestScope,
            configure: UserTokensSettings.() -> Unit = {},
        ) {
            val world = TokenWorld(test) { rotateRefreshTokens() }
            private val inner = InMemoryTokenStore(clock = world.clock)
            val store = Reached(inner)
            val here =
                instance(store) {
                    onStoreOutage = OnStoreOutage.REFRESH_ALONE
                    configure()
                }
            val source = here.source("session")

            fun other(configure: UserTokensSettings.() -> Unit = {}) = instance(inner, configure)

            private fun instance(
                store: TokenStore,
                configure: UserTokensSettings.() -> Unit,
            ): UserTokens {
                val settings =
                    UserTokensSettings().apply {
                        world.run { inThisWorld() }
                        nearCopy = Duration.ofSeconds(5)
                        configure()
                    }
                return UserTokens(world.client, settings) { store }
            }

            suspend fun failure() = shouldThrow<TokenSourceException> { source.token() }.code
        }

        test("a service of one instance renews through an outage of its store, and writes when that is back") {
            runTest {
                Outage(this).run {
                    val signIn = world.server.tokens("alice")
                    here.put("session", signIn)
                    store.isDown = true
                    val renewed = List(5) { delay(HOUR).let { source.token() } }
                    renewed.map { it.accessToken }.toSet().size shouldBe 5
                    world.requests shouldBe 5
                    world.server.reusedRefreshTokens shouldBe 0
                    here.load("session") shouldBe renewed.last()
                    other().load("session") shouldBe signIn

                    store.isDown = false
                    delay(MINUTES)
                    other().load("session") shouldBe renewed.last()
                    delay(HOUR)
                    source.token().accessToken shouldNotBe renewed.last().accessToken
                    world.server.reusedRefreshTokens shouldBe 0
                    world.count(TokenEvent.StoreWriteFailed::class.java) shouldBe 1
                }
            }
        }

        test("it goes on from what it read last, though that is another instance's") {
            runTest {
                Outage(this).run {
                    other().put("session", world.server.tokens())
                    source.token()
                    store.isDown = true
                    delay(HOUR)
                    source.token()
                    world.requests shouldBe 1
                    world.server.reusedRefreshTokens shouldBe 0
                }
            }
        }

        test("of a session that this process has not used it knows nothing") {
            runTest {
                Outage(this).run {
                    other().put("session", world.server.tokens())
                    store.isDown = true
                    failure() shouldBe ErrorCode.TOKEN_STORE_FAILED
                    world.requests shouldBe 0
                }
            }
        }

        test("narrower tokens are renewed alone too, and share the refresh token") {
            runTest {
                Outage(this).run {
                    here.put("session", world.server.tokens("alice", "app") { scope("a", "b") })
                    val narrow = here.source("session") { scope("a") }
                    store.isDown = true
                    narrow.token().scopes shouldBe setOf("a")
                    delay(HOUR)
                    source.token().scopes shouldBe setOf("a", "b")
                    narrow.token().scopes shouldBe setOf("a")
                    world.requests shouldBe 3
                    world.server.reusedRefreshTokens shouldBe 0
                }
            }
        }

        test("a lost answer is a doubt, which others see when the store is back") {
            runTest {
                Outage(this).run {
                    here.put("session", world.server.tokens())
                    store.isDown = true
                    delay(HOUR - MINUTES - 100_000)
                    world.server.tokenEndpoint.dropNextAnswer()
                    source.token()
                    delay(20_000)
                    world.requests shouldBe 1
                    store.isDown = false
                    delay(MINUTES + 80_000)
                    val never = other { afterDoubt = AfterDoubt.NEVER }.source("session")
                    shouldThrow<TokenSourceException> { never.token() }.code shouldBe ErrorCode.REFRESH_IN_DOUBT
                }
            }
        }

        test("a doubt of before the outage is one in it, too") {
            runTest {
                Outage(this) { afterDoubt = AfterDoubt.NEVER }.run {
                    here.put("session", world.server.tokens())
                    delay(HOUR - MINUTES)
                    world.server.tokenEndpoint.dropNextAnswer()
                    source.token()
                    delay(1_000)
                    store.isDown = true
                    delay(MINUTES)
                    failure() shouldBe ErrorCode.REFRESH_IN_DOUBT
                    world.requests shouldBe 1
                }
            }
        }

        test("tokens that were written though the store's answer was lost are not taken for another sign-in's") {
            runTest {
                Outage(this).run {
                    here.put("session", world.server.tokens())
                    delay(HOUR)
                    store.losesAnswers = true
                    source.token()
                    store.isDown = true
                    delay(HOUR)
                    val latest = source.token()
                    store.isDown = false
                    store.losesAnswers = false
                    delay(MINUTES)
                    other().load("session") shouldBe latest
                    delay(HOUR)
                    source.token()
                    world.server.reusedRefreshTokens shouldBe 0
                }
            }
        }

        test("what is not written yet is written by close, at the latest") {
            runTest {
                Outage(this).run {
                    here.put("session", world.server.tokens())
                    store.isDown = true
                    delay(HOUR)
                    val renewed = source.token()
                    delay(MINUTES)
                    store.isDown = false
                    here.close()
                    here.closed()
                    other().load("session") shouldBe renewed
                }
            }
        }

        test("what was renewed long after the first tokens that were not written is written too") {
            runTest {
                Outage(this).run {
                    here.put("session", world.server.tokens())
                    store.isDown = true
                    delay(HOUR)
                    source.token()
                    delay(3 * HOUR)
                    val renewed = source.token()
                    store.isDown = false
                    delay(MINUTES)
                    other().load("session") shouldBe renewed
                }
            }
        }

        test("revoke makes the server forget what the store could not take yet") {
            runTest {
                Outage(this).run {
                    here.put("session", world.server.tokens())
                    store.isDown = true
                    delay(HOUR)
                    val renewed = source.token()
                    store.isDown = false
                    here.revoke("session")
                    val sent = world.server.requests.last()
                    sent.parameters["token"] shouldBe renewed.refreshToken
                }
            }
        }

        test("a session that is known to be over is over in an outage, too") {
            runTest {
                Outage(this).run {
                    here.put("session", world.server.tokens())
                    other().remove("session")
                    delay(5_000)
                    failure() shouldBe ErrorCode.SIGN_IN_REQUIRED
                    store.isDown = true
                    failure() shouldBe ErrorCode.TOKEN_STORE_FAILED
                }
            }
        }

        test("an idle session is not forgotten in an outage") {
            runTest {
                Outage(this).run {
                    here.put("session", world.server.tokens())
                    store.isDown = true
                    delay(2 * HOUR)
                    repeat(10) {
                        here.source("another $it").state()
                        shouldThrow<TokenSourceException> { here.source("another $it").token() }
                        delay(61_000)
                    }
                    source.token()
                    world.requests shouldBe 1
                }
            }
        }

        test("where the server ends the session nothing is sent any more") {
            runTest {
                Outage(this).run {
                    here.put("session", world.server.tokens())
                    store.isDown = true
                    delay(HOUR)
                    world.server.revoke()
                    failure() shouldBe ErrorCode.SIGN_IN_REQUIRED
                    failure() shouldBe ErrorCode.TOKEN_STORE_FAILED
                    world.requests shouldBe 1
                }
            }
        }

        test("a session that was removed elsewhere meanwhile does not come back") {
            runTest {
                Outage(this).run {
                    here.put("session", world.server.tokens())
                    store.isDown = true
                    delay(HOUR)
                    source.token()
                    other().remove("session")
                    store.isDown = false
                    delay(MINUTES)
                    failure() shouldBe ErrorCode.SIGN_IN_REQUIRED
                    other().load("session") shouldBe null
                    store.isDown = true
                    failure() shouldBe ErrorCode.TOKEN_STORE_FAILED
                }
            }
        }
    })
