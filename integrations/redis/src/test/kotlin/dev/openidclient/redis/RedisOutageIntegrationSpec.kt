package dev.openidclient.redis

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TokenSourceException
import dev.openidclient.testing.EngineProcess
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.token.TokenResponse
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.tokenstore.Lease
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.lettuce.core.RedisClient
import io.lettuce.core.api.StatefulRedisConnection
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import java.nio.file.Path
import java.time.Duration
import kotlin.time.Duration.Companion.seconds

private const val SECRET = "secret-of-the-app"

/** Tells what is about to be asked of [store]. */
private class WatchedStore(
    private val store: TokenStore,
) : TokenStore by store {
    var beforeLease: () -> Unit = {}
    var beforeRenew: () -> Unit = {}
    var beforeCommit: () -> Unit = {}

    override suspend fun lease(
        id: String,
        version: Long,
        owner: String,
        duration: Duration,
    ): Lease {
        beforeLease()
        return store.lease(id, version, owner, duration)
    }

    override suspend fun renew(
        id: String,
        version: Long,
        owner: String,
        duration: Duration,
    ): Boolean {
        beforeRenew()
        return store.renew(id, version, owner, duration)
    }

    override suspend fun commit(
        id: String,
        version: Long,
        value: String,
        lifetime: Duration,
    ): Boolean {
        beforeCommit()
        return store.commit(id, version, value, lifetime)
    }
}

/** Two instances over one Redis that writes everything down, and the session "session". */
private class TwoInstances : AutoCloseable {
    private val data: Path = EngineProcess.newFolder("data")
    val redis = RedisServer(data = data)
    private val redisClient = RedisClient.create(redis.uri)
    private val connections: List<StatefulRedisConnection<String, String>> = List(2) { redisClient.connect() }
    val store = WatchedStore(RedisTokenStore(connections[0]))
    val server =
        TestAuthorizationServer {
            client("app", SECRET)
            rotateRefreshTokens()
        }
    private val cipher = TokenCipher.of(StoreKey("one", ByteArray(32) { it.toByte() }))
    private val client =
        OpenIdClient(server.metadata, "app") {
            clientSecret(SECRET)
            transport = server
            timeout = Duration.ofSeconds(15)
        }
    val one = users(store)
    val other = users(RedisTokenStore(connections[1]))

    private fun users(store: TokenStore) =
        UserTokens(client) {
            store(store, cipher)
            nearCopy = Duration.ZERO
        }

    /** A session whose access token was refused, so that it has to be renewed. */
    suspend fun refused(): TokenResponse {
        val tokens = server.tokens()
        one.put("session", tokens)
        one.source("session").token()
        one.source("session").invalidate(tokens)
        return tokens
    }

    override fun close() {
        one.close()
        other.close()
        client.close()
        redisClient.shutdown()
        redis.close()
        data.toFile().deleteRecursively()
    }
}

/** The store is killed at each step of a refresh; whatever happens, no refresh token is sent twice. */
@EnabledIf(RedisAvailable::class)
class RedisOutageIntegrationSpec :
    FunSpec({
        test("killed before the lease: nothing is sent, and with Redis everything is back") {
            TwoInstances().use { world ->
                val old = world.refused()
                world.store.beforeLease = { world.redis.kill() }
                val failure = shouldThrow<TokenSourceException> { world.one.source("session").token() }
                failure.code shouldBe ErrorCode.TOKEN_STORE_FAILED
                world.server.tokenEndpoint.requestCount shouldBe 0
                world.store.beforeLease = {}
                world.redis.restart()
                eventually(20.seconds) {
                    world.one.source("session").token().accessToken shouldNotBe old.accessToken
                }
                world.server.reusedRefreshTokens shouldBe 0
            }
        }

        test("killed between the answer and the write: the new tokens are handed out, and written later") {
            TwoInstances().use { world ->
                val old = world.refused()
                var isKilled = false
                world.store.beforeCommit = {
                    if (!isKilled) world.redis.kill()
                    isKilled = true
                }
                val new = world.one.source("session").token()
                new.accessToken shouldNotBe old.accessToken
                world.redis.restart()
                eventually(30.seconds) { world.other.load("session") shouldBe new }
                world.other.source("session").token().accessToken shouldBe new.accessToken
                world.server.reusedRefreshTokens shouldBe 0
            }
        }

        test("killed at a renewal of the lease: the flight goes on to its end") {
            TwoInstances().use { world ->
                val old = world.refused()
                world.server.tokenEndpoint.delay = Duration.ofSeconds(6)
                var isKilled = false
                world.store.beforeRenew = {
                    if (!isKilled) {
                        world.redis.kill()
                        world.redis.restart()
                    }
                    isKilled = true
                }
                val new = world.one.source("session").token()
                isKilled shouldBe true
                new.accessToken shouldNotBe old.accessToken
                eventually(30.seconds) { world.other.load("session") shouldBe new }
                world.server.reusedRefreshTokens shouldBe 0
            }
        }

        test("a session that another instance removes during a refresh never comes back") {
            TwoInstances().use { world ->
                world.refused()
                world.server.tokenEndpoint.delay = Duration.ofMillis(500)
                coroutineScope {
                    val waiter = async { shouldThrow<TokenSourceException> { world.one.source("session").token() } }
                    while (world.server.tokenEndpoint.requestCount == 0) delay(5)
                    world.other.remove("session")
                    waiter.await().code shouldBe ErrorCode.SIGN_IN_REQUIRED
                }
                world.one.load("session").shouldBeNull()
                world.other.load("session").shouldBeNull()
                world.server.revocationEndpoint.requestCount shouldBe 1
            }
        }
    })
