package dev.openidclient.jdbc

import dev.openidclient.testing.EngineProcess
import io.kotest.core.annotation.Condition
import io.kotest.core.spec.Spec
import org.postgresql.ds.PGSimpleDataSource
import java.io.File
import java.nio.file.Path
import javax.sql.DataSource
import kotlin.reflect.KClass

/** A PostgreSQL of this machine's packages, for all tests of this process. */
internal object PostgresServer {
    private val folders: List<String> =
        File("/usr/lib/postgresql").listFiles().orEmpty().sortedDescending().map { "$it/bin" }
    private val initdb: String? by lazy { EngineProcess.find("initdb", *folders.toTypedArray()) }

    /** Why there is none; null where there is one. */
    val problem: String? by lazy {
        "no initdb on the PATH (Debian: apt-get install postgresql)".takeIf { initdb == null }
    }

    private const val USER = "test"

    private val port by lazy(::start)

    private fun start(): Int {
        val folder = EngineProcess.newFolder("postgres")
        val port = EngineProcess.freePort()
        setUp("$folder/data")
        start(folder, "$folder/data", port)
        return port
    }

    /** Makes what a server needs, in the new folder [data]. */
    fun setUp(data: String) {
        val initdb = checkNotNull(initdb) { problem.toString() }
        val setUp = listOf(initdb, "-D", data, "-A", "trust", "-U", USER, "--no-sync", "-E", "UTF8")
        EngineProcess.run(EngineProcess.asOrdinaryUser(setUp))
    }

    fun start(
        folder: Path,
        data: String,
        port: Int,
    ): EngineProcess {
        val settings =
            listOf("listen_addresses=127.0.0.1", "unix_socket_directories=$folder", "fsync=off", "max_connections=200")
        val server = listOf(File(initdb.toString()).resolveSibling("postgres").path, "-D", data, "-p", "$port")
        val command = EngineProcess.asOrdinaryUser(server + settings.flatMap { listOf("-c", it) })
        return EngineProcess(
            folder,
            command,
            signal = "QUIT",
        ).await { dataSource(address(port)).long("select 1") == 1L }
    }

    fun address(port: Int) = "jdbc:postgresql://127.0.0.1:$port/postgres?user=$USER&connectTimeout=5"

    /** The JDBC URL of a new database with the schema. */
    fun newDatabase(): String {
        val name = "test_${System.nanoTime()}"
        dataSource(address(port)).run("create database $name")
        return address(port).replace("/postgres?", "/$name?").also { dataSource(it).runSchema("postgresql") }
    }

    fun dataSource(url: String): DataSource = PGSimpleDataSource().apply { setURL(url) }
}

/**
 * Skips a spec where there is no PostgreSQL, and prints why. With `-Dstores.required=true` the spec runs and fails with
 * that reason instead.
 */
internal class PostgresAvailable : Condition {
    override fun evaluate(kclass: KClass<out Spec>): Boolean = isAvailable("PostgreSQL", PostgresServer.problem)
}

internal fun isAvailable(
    engine: String,
    problem: String?,
): Boolean {
    if (problem == null || System.getProperty("stores.required").toBoolean()) return true
    println("Skipped, as there is no $engine: $problem")
    return false
}
