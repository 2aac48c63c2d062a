package dev.openidclient.spring

import dev.openidclient.async.AsyncTokenSource
import dev.openidclient.testing.EngineProcess
import dev.openidclient.tokenstore.ReplayCache
import dev.openidclient.tokenstore.TokenStore
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Condition
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.Spec
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import org.springframework.boot.test.context.runner.ApplicationContextRunner
import org.springframework.context.support.GenericApplicationContext
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory
import java.io.IOException
import java.net.InetAddress
import java.net.Socket
import java.time.Duration
import java.time.Instant
import kotlin.reflect.KClass
import kotlin.time.Duration.Companion.seconds

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

        test("an application that is stopped and started again uses Redis as before") {
            val port = EngineProcess.freePort()
            redisAt(port).use {
                applications()
                    .ordersAt(testServer())
                    .withRedisAt(port)
                    .withPropertyValues("openid-client.store.keys.main=${newKey()}")
                    .run { context ->
                        val store = context.getBean(TokenStore::class.java)
                        runBlocking { store.put("id", "value", Duration.ofMinutes(1)) }
                        context.stop()
                        shouldThrow<IOException> { runBlocking { store.load("id") } }
                        context.start()
                        runBlocking { store.load("id") }?.value shouldBe "value"
                    }
            }
        }

        test("the end of the application ends its connection, also where Redis is away then") {
            val port = EngineProcess.freePort()
            val others = LettuceConnectionFactory("127.0.0.1", port).apply { afterPropertiesSet() }
            val parent = GenericApplicationContext()
            parent.beanFactory.registerSingleton("redis", others)
            parent.refresh()
            redisAt(port).use { redis ->
                applications()
                    .withParent(parent)
                    .ordersAt(testServer())
                    .withPropertyValues("openid-client.store.keys.main=${newKey()}")
                    .run { context ->
                        runBlocking { context.getBean(TokenStore::class.java).load("id") }
                        redis.close()
                        Thread.sleep(200) // until it is seen to be away
                    }
            }
            redisAt(port).use {
                delay(2.seconds) // a connection that is left would be back by now
                others.connection.use { it.serverCommands().clientList?.size } shouldBe 1
            }
            parent.close()
            others.destroy()
        }
    })
