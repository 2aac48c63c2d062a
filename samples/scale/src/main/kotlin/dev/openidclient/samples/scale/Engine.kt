package dev.openidclient.samples.scale

import java.io.File
import java.io.IOException
import java.net.Socket
import java.nio.file.Files
import java.nio.file.Path
import java.sql.DriverManager
import java.sql.SQLException
import java.util.concurrent.TimeUnit

/** What can keep the tokens. */
enum class EngineKind(
    val title: String,
) {
    REDIS("Redis") {
        override val isHere get() = redisServer() != null

        override fun start() = RedisEngine()
    },
    POSTGRESQL("PostgreSQL") {
        override val isHere get() = initdb() != null

        override fun start() = PostgresEngine()
    },
    H2("H2") {
        override val isHere get() = true

        override fun start() = H2Engine()
    }, ;

    abstract val isHere: Boolean

    abstract fun start(): Engine

    companion object {
        fun named(name: String): EngineKind? = entries.find { it.name.equals(name, ignoreCase = true) }

        fun ofThisMachine(): EngineKind = entries.first { it.isHere }
    }
}

/** A store of its own on a free port of 127.0.0.1, with its data in a new folder. */
interface Engine : AutoCloseable {
    val port: Int

    /** As an instance reaches it: at [port], or where somebody stands between. */
    fun address(port: Int): String
}

class RedisEngine : Engine {
    override val port: Int = freePort()
    private val folder = newFolder()
    private val program =
        OwnProgram(
            listOf(checkNotNull(redisServer()) { "no redis-server is on the PATH" }.path) +
                listOf(
                    "--port",
                    "$port",
                    "--bind",
                    "127.0.0.1",
                    "--dir",
                    "$folder",
                    "--save",
                    "",
                    "--appendonly",
                    "no",
                ),
            signal = "KILL",
            folder,
        ).also { it.await(::answers) }

    private fun answers(): Boolean =
        Socket(LOOPBACK, port).use {
            it.soTimeout = PING_MILLIS
            it.getOutputStream().write("PING\r\n".toByteArray())
            it.getInputStream().bufferedReader().readLine() == "+PONG"
        }

    override fun address(port: Int) = "redis://127.0.0.1:$port"

    override fun close() = program.close()
}

class PostgresEngine : Engine {
    override val port: Int = freePort()
    private val program = start(checkNotNull(initdb()) { "no initdb is on the PATH" })

    private fun start(initdb: File): OwnProgram {
        val folder = newFolder()
        val user = ordinaryUser(folder)
        val data = "$folder/data"
        runToItsEnd(user + listOf(initdb.path, "-D", data, "-A", "trust", "-U", "sample", "--no-sync", "-E", "UTF8"))
        val settings = listOf("listen_addresses=127.0.0.1", "unix_socket_directories=$folder", "fsync=off")
        val server = listOf(initdb.resolveSibling("postgres").path, "-D", data, "-p", "$port")
        val program = OwnProgram(user + server + settings.flatMap { listOf("-c", it) }, signal = "QUIT", folder)
        program.await { isSetUp(address(port), "postgresql") }
        return program
    }

    /** PostgreSQL does not run as root. */
    private fun ordinaryUser(folder: Path): List<String> {
        if (System.getProperty("user.name") != "root") return emptyList()
        val users = folder.fileSystem.userPrincipalLookupService
        Files.setOwner(folder, users.lookupPrincipalByName("nobody"))
        return listOf("setpriv", "--reuid", "nobody", "--clear-groups")
    }

    override fun address(port: Int) = "jdbc:postgresql://127.0.0.1:$port/postgres?user=sample"

    override fun close() = program.close()
}

/** H2 in a process of its own, in its memory, over TCP. */
class H2Engine : Engine {
    override val port: Int = freePort()
    private val process = startJava(Main::class.java, listOf("$port"))

    init {
        await({ process.isAlive }, { "" }) { isSetUp(address(port), "h2") }
    }

    override fun address(port: Int) = "jdbc:h2:tcp://127.0.0.1:$port/mem:sessions;DB_CLOSE_DELAY=-1"

    override fun close() {
        process.destroyForcibly().waitFor()
    }

    object Main {
        @JvmStatic
        fun main(arguments: Array<String>) {
            val server = org.h2.tools.Server.createTcpServer("-tcpPort", arguments.single(), "-ifNotExists")
            server.start()
            while (System.`in`.read() >= 0) continue
            Runtime.getRuntime().halt(0)
        }
    }
}

private const val PING_MILLIS = 1_000
private const val PATIENCE_SECONDS = 60L
private const val PAUSE_MILLIS = 50L

private fun newFolder(): Path = Files.createTempDirectory("openid-client-scale-")

private fun redisServer(): File? = programOf("redis-server") ?: programOf("valkey-server")

private fun initdb(): File? {
    val versions = File("/usr/lib/postgresql").listFiles().orEmpty().sortedDescending()
    return programOf("initdb", versions.map { "$it/bin" })
}

/** Runs the schema, as a migration does. */
private fun isSetUp(
    address: String,
    schema: String,
): Boolean {
    val file = "/META-INF/openid-client-jdbc/$schema.sql"
    val script = checkNotNull(EngineKind::class.java.getResource(file)) { file }.readText()
    DriverManager.getConnection(address).use { connection ->
        val lines = script.lineSequence().filterNot { it.startsWith("--") }
        val statements = lines.joinToString("\n").split(';').filter(String::isNotBlank)
        connection.createStatement().use { statements.forEach(it::execute) }
    }
    return true
}

private fun OwnProgram.await(isThere: () -> Boolean) {
    try {
        await(::isRunning, ::printed, isThere)
    } catch (e: IllegalStateException) {
        close()
        throw e
    }
}

/** Until [isThere], which throws [IOException] or [SQLException] before. */
private fun await(
    isRunning: () -> Boolean,
    printed: () -> String,
    isThere: () -> Boolean,
) {
    val end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)
    while (isRunning() && System.nanoTime() < end) {
        try {
            if (isThere()) return
        } catch (_: IOException) {
            Thread.sleep(PAUSE_MILLIS)
        } catch (_: SQLException) {
            Thread.sleep(PAUSE_MILLIS)
        }
    }
    error("the store does not start: ${printed()}")
}
