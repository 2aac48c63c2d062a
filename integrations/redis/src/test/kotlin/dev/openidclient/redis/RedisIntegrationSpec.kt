package dev.openidclient.redis

import dev.openidclient.client.OpenIdClient
import dev.openidclient.testing.RaceChild
import dev.openidclient.testing.StoreOpener
import dev.openidclient.testing.StoreRace
import dev.openidclient.testing.sealedRowTests
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.tokenstore.Lease
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import io.lettuce.core.RedisClient
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.withTimeout
import java.io.IOException
import java.security.SecureRandom
import java.time.Duration
import java.time.Instant

private val MINUTE = Duration.ofMinutes(1)
private const val SECRET = "very-secret-value"

@EnabledIf(RedisAvailable::class)
class RedisIntegrationSpec :
    FunSpec({
        val server by lazy { RedisServer() }
        val client by lazy { RedisClient.create(server.uri) }
        val connection by lazy { client.connect() }

        afterSpec {
            if (RedisServer.problem == null) {
                client.shutdown()
                server.close()
            }
        }

        contractTests({ RedisTokenStore(connection) }, { RedisReplayCache(connection) })

        sealedRowTests { RedisTokenStore(connection) }

        test("an entry is one hash that ends by itself") {
            val store = RedisTokenStore(connection)
            store.put("one", "value", MINUTE)
            val commands = connection.sync()
            commands.hgetall("openid:one").keys shouldBe setOf("v", "d")
            commands.pttl("openid:one").shouldBeInRange(50_000L..60_000L)
            store.lease("one", store.load("one").shouldNotBeNull().version, "a", MINUTE)
            commands.hgetall("openid:one").keys shouldBe setOf("v", "d", "o", "u")
            commands.hget("openid:one", "u") shouldContain Regex("^\\d{13}$")
            commands.hget("openid:one", "v") shouldContain Regex("^\\d{16}$")
        }

        test("a lease that was another's is told to be, also where the command comes once more") {
            val store = RedisTokenStore(connection)
            store.put("abandoned", "value", MINUTE)
            val version = store.load("abandoned").shouldNotBeNull().version
            store.lease("abandoned", version, "a", Duration.ofMillis(1))
            delay(50)

            suspend fun isAbandoned(version: Long) =
                store.lease("abandoned", version, "b", MINUTE).shouldBeInstanceOf<Lease.Acquired>().abandoned
            repeat(2) { isAbandoned(version) shouldBe true }
            store.commit("abandoned", version, "doubt", MINUTE) shouldBe true
            isAbandoned(version + 1) shouldBe false
        }

        test("scripts that Redis has forgotten are sent again: SCRIPT FLUSH") {
            val store = RedisTokenStore(connection)
            store.put("flushed", "value", MINUTE)
            connection.sync().scriptFlush()
            store.load("flushed")?.value shouldBe "value"
            connection.sync().scriptFlush()
            val version = store.load("flushed").shouldNotBeNull().version
            connection.sync().scriptFlush()
            store.commit("flushed", version, "new", MINUTE) shouldBe true
            connection.sync().scriptFlush()
            store.take("flushed") shouldBe "new"
            // and once they are known again, the digest is enough
            connection.sync().scriptExists(Scripts.TAKE.sha) shouldBe listOf(true)
        }

        test("a token of a session is one command away, a refresh three: load, lease, commit") {
            val commands = connection.sync()

            /** How many scripts have run, each of which was one command. */
            fun scripts(): Int {
                val calls = Regex("cmdstat_evalsha:calls=(\\d+)").find(commands.info("commandstats"))
                return calls.shouldNotBeNull().groupValues[1].toInt()
            }
            val tokenServer = TestAuthorizationServer()
            val oauth = OpenIdClient(tokenServer.metadata, "app") { transport = tokenServer }
            val key = StoreKey("k", ByteArray(32).also(SecureRandom()::nextBytes))
            UserTokens(oauth) {
                store(RedisTokenStore(connection), TokenCipher.of(key))
                nearCopy = Duration.ZERO
                forcedRenewalInterval = Duration.ZERO
            }.use { users ->
                users.put("counted", tokenServer.tokens())
                val source = users.source("counted")

                suspend fun refresh() {
                    source.invalidate(source.token())
                    source.token()
                }
                // Redis knows the scripts from then on
                refresh()
                var before = scripts()
                source.token()
                scripts() - before shouldBe 1
                before = scripts()
                refresh()
                scripts() - before shouldBe 1 + 3
            }
        }

        test("of 100 callers of several instances one takes an entry") {
            val stores = List(4) { RedisTokenStore(client.connect()) }
            stores.first().put("taken", "value", MINUTE)
            val taken =
                coroutineScope {
                    List(100) { async(Dispatchers.Default) { stores[it % stores.size].take("taken") } }.awaitAll()
                }
            taken.filterNotNull() shouldBe listOf("value")
        }

        test("of 100 callers with one key one is the first") {
            val cache = RedisReplayCache(connection)
            val until = Instant.now().plus(MINUTE)
            val answers =
                coroutineScope {
                    List(100) { async(Dispatchers.Default) { cache.register("key", until) } }.awaitAll()
                }
            answers.count { it } shouldBe 1
        }

        test("what Redis refuses is told by its error code, and nothing else") {
            RedisServer("--maxmemory", "100kb", "--maxmemory-policy", "noeviction").use { full ->
                connected(full) {
                    val failure =
                        shouldThrow<IOException> { RedisTokenStore(it).put("id", SECRET, MINUTE) }
                    failure.message shouldBe
                        "Redis: an entry could not be written (OOM, io.lettuce.core.RedisCommandExecutionException)"
                    failure.stackTraceToString() shouldNotContain SECRET
                }
            }
        }

        test("a value that is no entry of ours is a failure, and no secret is told") {
            connection.sync().set("openid:other", SECRET)
            val failure = shouldThrow<IOException> { RedisTokenStore(connection).load("other") }
            failure.stackTraceToString() shouldNotContain SECRET
        }

        test("who gives up goes on at once, and what was not sent then never is") {
            RedisServer().use { other ->
                connected(other) { connection ->
                    val store = RedisTokenStore(connection)
                    store.put("id", "value", MINUTE)
                    other.freeze()
                    val begin = System.nanoTime()
                    shouldThrow<TimeoutCancellationException> { withTimeout(200) { store.load("id") } }
                    Duration.ofNanos(System.nanoTime() - begin) shouldBeLessThan Duration.ofSeconds(5)
                    other.thaw()
                    store.load("id")?.value shouldBe "value"
                }
            }
        }

        test("a connection that is closed is a failure, not a cancellation") {
            val other = client.connect()
            val store = RedisTokenStore(other)
            store.load("id")
            other.close()
            shouldThrow<IOException> { store.load("id") }
        }

        test("a given connection stays open") {
            val store = RedisTokenStore(connection)
            store.remove("id")
            connection.isOpen shouldBe true
        }

        test("a commit waits for its replicas, and counts without them too") {
            RedisServer("--replicaof", "127.0.0.1 ${server.port}").use { replica ->
                val own = client.connect()
                val store = RedisTokenStore(own).waitForReplicas(1, Duration.ofSeconds(20))
                connected(replica) { other ->
                    withTimeout(30_000) {
                        while ("master_link_status:up" !in other.sync().info("replication")) delay(50)
                    }
                }
                store.put("replicated", "one", MINUTE)
                val version = store.load("replicated").shouldNotBeNull().version
                store.commit("replicated", version, "two", MINUTE) shouldBe true
                connected(replica) { other -> other.sync().hget("openid:replicated", "d") shouldBe "two" }
                replica.freeze()
                val short = RedisTokenStore(own).waitForReplicas(1, Duration.ofMillis(50))
                short.commit("replicated", version + 1, "three", MINUTE) shouldBe true
                replica.thaw()
                own.close()
            }
        }

        test("4 instances over Redis use no refresh token twice, and no call fails") {
            val stores = List(4) { RedisTokenStore(client.connect()) }
            val outcome = StoreRace().run("Redis", stores, StoreRace.DURATION)
            println(outcome)
            outcome.reuses shouldBe 0
            outcome.failures shouldBe emptyList()
            outcome.grants shouldBeGreaterThan 5
        }

        test("a process that is killed between the answer and its write leaves no refresh token to be used twice")
            .config(enabled = StoreRace.DURATION >= RaceChild.SHORTEST) {
                val address = "redis://127.0.0.1:${server.port}"
                val outcome = RaceChild.race("Redis, kill -9", RedisOpener::class.java, address, StoreRace.DURATION)
                println(outcome)
                outcome.reuses shouldBe 0
                outcome.grants shouldBeGreaterThan 5
                outcome.failures.toSet() - RaceChild.OF_A_DOUBT shouldBe emptySet()
            }
    })

class RedisOpener : StoreOpener {
    override fun open(address: String): TokenStore = RedisTokenStore(RedisClient.create(address).connect())
}
