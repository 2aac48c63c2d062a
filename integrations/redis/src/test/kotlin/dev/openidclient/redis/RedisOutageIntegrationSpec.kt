package dev.openidclient.redis

import dev.openidclient.testing.DurableEngine
import dev.openidclient.testing.EngineProcess
import dev.openidclient.testing.outageTests
import dev.openidclient.tokenstore.TokenStore
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.lettuce.core.RedisClient
import java.nio.file.Path

/** A Redis that writes everything down before it answers. */
private class DurableRedis : DurableEngine {
    private val data: Path = EngineProcess.newFolder("data")
    private val redis = RedisServer(data = data)
    private val client = RedisClient.create(redis.uri)

    override fun store(): TokenStore = RedisTokenStore(client.connect())

    override fun kill() = redis.kill()

    override fun restart() = redis.restart()

    override fun close() {
        client.shutdown()
        redis.close()
        data.toFile().deleteRecursively()
    }
}

@EnabledIf(RedisAvailable::class)
class RedisOutageIntegrationSpec :
    FunSpec({
        val steady = lazy { RedisServer() }
        val client = lazy { RedisClient.create(steady.value.uri) }

        afterSpec {
            if (client.isInitialized()) client.value.shutdown()
            if (steady.isInitialized()) steady.value.close()
        }

        outageTests(::DurableRedis) { RedisTokenStore(client.value.connect()) }
    })
