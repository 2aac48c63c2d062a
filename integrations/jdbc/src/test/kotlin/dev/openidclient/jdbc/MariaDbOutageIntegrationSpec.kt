package dev.openidclient.jdbc

import dev.openidclient.testing.DurableEngine
import dev.openidclient.testing.EngineProcess
import dev.openidclient.testing.outageTests
import dev.openidclient.tokenstore.TokenStore
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import org.mariadb.jdbc.MariaDbDataSource
import java.nio.file.Path

private class DurableMariaDb : DurableEngine {
    private val folder: Path = EngineProcess.newFolder("data")
    private val port = EngineProcess.freePort()
    private var process = MariaDbServer.setUp("$folder/data").let { start() }

    // a new connection for each call, as one that was there before a kill is of no use afterwards
    private val source = MariaDbDataSource(MariaDbServer.newDatabase(port))

    /** What is committed is in a file, if not on the disk. */
    private fun start() =
        MariaDbServer.start(
            EngineProcess.newFolder("mariadb"),
            "$folder/data",
            port,
            "--innodb-flush-log-at-trx-commit=2",
        )

    override fun store(): TokenStore = JdbcTokenStore(source)

    override fun kill() = process.kill()

    override fun restart() {
        process.close()
        process = start()
    }

    override fun close() {
        process.close()
        folder.toFile().deleteRecursively()
    }
}

@EnabledIf(MariaDbAvailable::class)
class MariaDbOutageIntegrationSpec :
    FunSpec({
        val url by lazy { MariaDbServer.newDatabase() }
        outageTests(::DurableMariaDb) { JdbcTokenStore(MariaDbDataSource(url)) }
    })
