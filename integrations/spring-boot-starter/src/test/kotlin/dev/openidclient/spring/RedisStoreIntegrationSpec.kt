package dev.openidclient.spring

import dev.openidclient.async.AsyncTokenSource
import dev.openidclient.testing.EngineProcess
import dev.openidclient.tokenstore.ReplayCache
import dev.openidclient.tokenstore.TokenStore
import io.kotest.core.annotation.Condition
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.Spec
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.runBlocking
import org.springframework.boot.test.context.runner.ApplicationContextRunner
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory
import java.net.InetAddress
import java.net.Socket
import java.time.Duration
import java.time.Instant
import kotlin.reflect.KClass

private val program by lazy { EngineProcess.find("redis-server") ?: EngineProcess.find("valkey-server") }

/** Skips a spec where there is no Redis, and prints why; with `-Dstores.required=true` it runs, and fails. */
internal class RedisAvailable : Condition {
    override fun evaluate(kclass: KClass<out Spec>): Boolean {
        if (program != null || System.getProperty("stores.required").toBoolean()) return true
        println("Skipped, as there is no redis-server on the PATH (Debian: apt-get install redis-server)")
        return false
    }
}

private fun redisAt(port: Int): EngineProcess {
    val command =
        listOf(checkNotNull(program) { "no redis-server on the PATH" }, "--port", "$port", "--bind", "127.0.0.1") +
            listOf("--save", "", "--appendonly", "no")
    val folder = EngineProcess.newFolder("redis")
    return EngineProcess(folder, EngineProcess.asOrdinaryUser(command + listOf("--dir", "$folder")), signal = "KILL")
        .await {
            Socket(InetAddress.getLoopbackAddress(), port).use {
                it.soTimeout = 1_000
                it.getOutputStream().write("PING\r\n".toByteArray())
                it.getInputStream().bufferedReader().readLine() == "+PONG"
            }
        }
}

private fun ApplicationContextRunner.withRedisAt(port: Int) =
    withBean(LettuceConnectionFactory::class.java, { LettuceConnectionFactory("127.0.0.1", port) })

@EnabledIf(RedisAvailable::class)
class RedisStoreIntegrationSpec :
    FunSpec({
        timeout = 60_000

        test("the instances share tokens, and what came already") {
            val port = EngineProcess.freePort()
            redisAt(port).use {
                val server = testServer()
                val key = newKey()
                val seen = mutableListOf<Boolean>()
                repeat(2) {
                    applications()
                        .ordersAt(server)
                        .withRedisAt(port)
                        .withPropertyValues("openid-client.store.keys.main=$key")
                        .run { context ->
                            // what a token waits for the store is less than what a first connection may take here
                            runBlocking { context.getBean(TokenStore::class.java).load("none") }
                            context.getBean(AsyncTokenSource::class.java).token().join()
                            val cache = context.getBean(ReplayCache::class.java)
                            seen += runBlocking { cache.register("a", Instant.now().plusSeconds(60)) }
                        }
                }
                server.tokenEndpoint.requestCount shouldBe 1
                seen shouldBe listOf(true, false)
            }
        }

        test("Redis that comes up later is used from then on") {
            val port = EngineProcess.freePort()
            val server = testServer()
            applications()
                .ordersAt(server)
                .withRedisAt(port)
                .withPropertyValues("openid-client.store.keys.main=${newKey()}")
                .run { context ->
                    context.getBean(AsyncTokenSource::class.java).token().join()
                    redisAt(port).use {
                        val store = context.getBean(TokenStore::class.java)
                        runBlocking {
                            store.put("id", "value", Duration.ofMinutes(1))
                            store.load("id")?.value shouldBe "value"
                        }
                    }
                }
        }
    })
