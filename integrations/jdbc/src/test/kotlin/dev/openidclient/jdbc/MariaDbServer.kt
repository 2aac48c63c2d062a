package dev.openidclient.jdbc

import dev.openidclient.testing.EngineProcess
import io.kotest.core.annotation.Condition
import io.kotest.core.spec.Spec
import org.mariadb.jdbc.MariaDbDataSource
import org.mariadb.jdbc.MariaDbPoolDataSource
import java.nio.file.Path
import javax.sql.DataSource
import kotlin.reflect.KClass

/** A MariaDB of this machine's packages, for all tests of this process. */
internal object MariaDbServer {
    private val install: String? by lazy { EngineProcess.find("mariadb-install-db") }
    private val server: String? by lazy { EngineProcess.find("mariadbd", "/usr/sbin", "/usr/libexec") }

    /** Why there is none; null where there is one. */
    val problem: String? by lazy {
        val missing = if (install == null) "mariadb-install-db" else "mariadbd".takeIf { server == null }
        missing?.let { "no $it on the PATH (Debian: apt-get install mariadb-server)" }
    }

    private val port by lazy(::start)

    private fun start(): Int {
        val folder = EngineProcess.newFolder("mariadb")
        val port = EngineProcess.freePort()
        setUp("$folder/data")
        start(folder, "$folder/data", port, "--innodb-flush-log-at-trx-commit=0")
        return port
    }

    /** Makes what a server needs, in the new folder [data]. */
    fun setUp(data: String) {
        check(problem == null) { problem.toString() }
        val setUp =
            listOf(install.toString(), "--no-defaults", "--datadir=$data") +
                listOf("--skip-test-db", "--auth-root-authentication-method=normal")
        EngineProcess.run(EngineProcess.asOrdinaryUser(setUp))
    }

    fun start(
        folder: Path,
        data: String,
        port: Int,
        option: String,
    ): EngineProcess {
        val options =
            listOf("--port=$port", "--bind-address=127.0.0.1", "--socket=$folder/socket", "--skip-grant-tables") +
                listOf("--skip-name-resolve", "--max-connections=500", option)
        val server = listOf(server.toString(), "--no-defaults", "--datadir=$data")
        val command = EngineProcess.asOrdinaryUser(server + options)
        return EngineProcess(folder, command, signal = "KILL").await { administration(port).long("select 1") == 1L }
    }

    private fun address(
        port: Int,
        database: String,
    ) = "jdbc:mariadb://127.0.0.1:$port/$database?user=root&sslMode=disable"

    /** The JDBC URL of a new database with the schema. */
    fun newDatabase(port: Int = this.port): String {
        val name = "test_${System.nanoTime()}"
        administration(port).run("create database $name")
        return address(port, name).also { dataSource(it).runSchema("mariadb") }
    }

    private fun administration(port: Int): DataSource = MariaDbDataSource(address(port, "mysql"))

    /** With a pool: a new connection for each call takes longer than some entries of the tests live. */
    fun dataSource(url: String): DataSource = MariaDbPoolDataSource("$url&maxPoolSize=20")
}

/** As [PostgresAvailable]. */
internal class MariaDbAvailable : Condition {
    override fun evaluate(kclass: KClass<out Spec>): Boolean = isAvailable("MariaDB", MariaDbServer.problem)
}
