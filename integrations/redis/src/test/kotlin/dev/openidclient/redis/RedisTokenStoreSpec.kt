package dev.openidclient.redis

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch
import io.lettuce.core.RedisConnectionException
import io.lettuce.core.api.StatefulRedisConnection
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import java.io.IOException
import java.lang.reflect.Proxy
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CompletableFuture

private val MINUTE = Duration.ofMinutes(1)

/** What needs no Redis. */
class RedisTokenStoreSpec :
    FunSpec({
        val store = RedisTokenStore(unused())

        context("durations that make no sense are refused before anything is sent") {
            for (duration in listOf(Duration.ZERO, Duration.ofSeconds(-1))) {
                test("$duration") {
                    shouldThrow<IllegalArgumentException> { store.put("id", "value", duration) }
                    shouldThrow<IllegalArgumentException> { store.lease("id", 1, "owner", duration) }
                    shouldThrow<IllegalArgumentException> { store.renew("id", 1, "owner", duration) }
                    shouldThrow<IllegalArgumentException> { store.commit("id", 1, "value", Duration.ofSeconds(-1)) }
                    shouldThrow<IllegalArgumentException> { store.waitForReplicas(1, duration) }
                }
            }
        }

        test("a number of replicas that is none is refused") {
            shouldThrow<IllegalArgumentException> { store.waitForReplicas(0, MINUTE) }.message shouldBe
                "count must be positive, but is 0"
        }

        test("a part of a millisecond is a whole one, and a duration without end 100 years") {
            millis(Duration.ofNanos(1)) shouldBe 1
            millis(Duration.ofNanos(1_000_001)) shouldBe 2
            millis(Duration.ZERO) shouldBe 0
            millis(Duration.ofSeconds(Long.MAX_VALUE)) shouldBe Duration.ofDays(36_500).toMillis()
        }

        test("a key that is over already is sent to no Redis") {
            RedisReplayCache(unused()).register("key", Instant.now().minusSeconds(1)) shouldBe true
        }

        test("each script has the digest that Redis knows it by") {
            val all =
                with(Scripts) { listOf(LOAD, PUT, LEASE, RENEW, COMMIT, RELEASE, REMOVE, TAKE, REGISTER) }
            all.map { it.sha }.shouldBeUnique()
            all.forEach { it.sha shouldMatch "[0-9a-f]{40}" }
            Script("return 1").sha shouldBe "e0e1f9fabfc9d4800c877a703b823ac0578ff8db"
        }

        context("a connection that is made when it is needed") {
            test("is not asked for before, and is asked for at each call, as it may have failed") {
                var attempts = 0
                val later =
                    RedisTokenStore.connecting {
                        attempts++
                        CompletableFuture.failedFuture(RedisConnectionException("secret"))
                    }
                attempts shouldBe 0
                repeat(2) {
                    shouldThrow<IOException> { later.load("id") }.message shouldBe
                        "Redis: an entry could not be read (no answer, ${RedisConnectionException::class.java.name})"
                }
                attempts shouldBe 2
            }

            test("goes on being made where one of those who wait gives up") {
                val connection = CompletableFuture<StatefulRedisConnection<String, String>>()
                val later = RedisTokenStore.connecting { connection }
                coroutineScope {
                    launch(start = CoroutineStart.UNDISPATCHED) { later.load("id") }.cancelAndJoin()
                }
                connection.isCancelled shouldBe false
            }
        }

        test("text shows nothing but what was set") {
            store.toString() shouldBe "RedisTokenStore"
            store.waitForReplicas(2, MINUTE).toString() shouldBe "RedisTokenStore(waits for 2 replicas)"
            RedisReplayCache(unused()).toString() shouldBe "RedisReplayCache"
        }
    })

/** A connection that is used for nothing. */
@Suppress("UNCHECKED_CAST")
private fun unused(): StatefulRedisConnection<String, String> {
    fun <T> nothing(type: Class<T>): T =
        type.cast(
            Proxy.newProxyInstance(type.classLoader, arrayOf(type)) { _, method, _ ->
                check(method.name == "async") { "${method.name} was called" }
                nothing(method.returnType)
            },
        )
    return nothing(StatefulRedisConnection::class.java) as StatefulRedisConnection<String, String>
}
