package dev.openidclient.redis

import dev.openidclient.testing.EngineProcess
import io.kotest.core.annotation.Condition
import io.kotest.core.spec.Spec
import io.lettuce.core.RedisClient
import io.lettuce.core.RedisURI
import io.lettuce.core.api.StatefulRedisConnection
import java.net.InetAddress
import java.net.Socket
import java.nio.file.Path
import kotlin.reflect.KClass

/** A Redis of this machine's packages, on 127.0.0.1 with [options]; its data are in [data], or nowhere. */
internal class RedisServer(
    vararg options: String,
    private val data: Path? = null,
) : AutoCloseable {
    val port: Int = freePort()
    private val options = options.toList()
    private var process = start()

    private fun start(): EngineProcess {
        val program = checkNotNull(program) { problem.toString() }
        val folder = EngineProcess.newFolder("redis")
        val address = listOf("--port", "$port", "--bind", "127.0.0.1", "--dir", "${data ?: folder}")
        val keeping =
            if (data == null) listOf("--appendonly", "no") else listOf("--appendonly", "yes", "--appendfsync", "always")
        val settings = address + listOf("--save", "") + keeping + options
        val command = EngineProcess.asOrdinaryUser(listOf(program) + settings)
        return EngineProcess(folder, command, signal = "KILL").await(::answers)
    }

    /** After [kill], with the same port and data. */
    fun restart() {
        process.close()
        process = start()
    }

    val uri: RedisURI get() = RedisURI.create("127.0.0.1", port)

    private fun answers(): Boolean =
        Socket(InetAddress.getLoopbackAddress(), port).use {
            it.soTimeout = 1_000
            it.getOutputStream().write("PING\r\n".toByteArray())
            it.getInputStream().bufferedReader().readLine() == "+PONG"
        }

    fun kill() = process.kill()

    fun freeze() = process.freeze()

    fun thaw() = process.thaw()

    override fun close() = process.close()

    companion object {
        private const val BUS = 10_000
        private const val HIGHEST = 65_535

        private val program: String? by lazy {
            EngineProcess.find("redis-server") ?: EngineProcess.find("valkey-server")
        }

        /** Why there is none; null where there is one. */
        val problem: String? by lazy {
            "no redis-server on the PATH (Debian: apt-get install redis-server)".takeIf { program == null }
        }

        /** One whose neighbour above is a port too: the nodes of a cluster talk there. */
        private fun freePort(): Int = generateSequence(EngineProcess::freePort).first { it + BUS <= HIGHEST }
    }
}

/** A connection to [server] for as long as [use] runs. */
internal inline fun <T> connected(
    server: RedisServer,
    use: (StatefulRedisConnection<String, String>) -> T,
): T {
    val client = RedisClient.create(server.uri)
    try {
        return client.connect().use(use)
    } finally {
        client.shutdown()
    }
}

/**
 * Skips a spec where there is no Redis, and prints why. With `-Dstores.required=true` the spec runs and fails with that
 * reason instead.
 */
internal class RedisAvailable : Condition {
    override fun evaluate(kclass: KClass<out Spec>): Boolean {
        if (RedisServer.problem == null || System.getProperty("stores.required").toBoolean()) return true
        println("Skipped, as there is no Redis: ${RedisServer.problem}")
        return false
    }
}
