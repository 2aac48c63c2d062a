package dev.openidclient.jdbc

import dev.openidclient.testing.DurableEngine
import dev.openidclient.testing.EngineProcess
import dev.openidclient.testing.outageTests
import dev.openidclient.tokenstore.TokenStore
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import java.nio.file.Path

private class DurablePostgres : DurableEngine {
    private val folder: Path = EngineProcess.newFolder("data")
    private val port = EngineProcess.freePort()
    private var process = PostgresServer.setUp("$folder/data").let { start() }

    // a new connection for each call, as one that was there before a kill is of no use afterwards
    private val source = PostgresServer.dataSource(PostgresServer.address(port)).apply { runSchema("postgresql") }

    private fun start() = PostgresServer.start(EngineProcess.newFolder("postgres"), "$folder/data", port)

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

@EnabledIf(PostgresAvailable::class)
class PostgresOutageIntegrationSpec :
    FunSpec({
        val url by lazy { PostgresServer.newDatabase() }
        outageTests(::DurablePostgres) { JdbcTokenStore(PostgresServer.dataSource(url)) }
    })
