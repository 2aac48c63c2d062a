package dev.openidclient.jdbc

import dev.openidclient.testing.sealedRowTests
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec

@EnabledIf(MariaDbAvailable::class)
class MariaDbIntegrationSpec :
    FunSpec({
        contractTests { MariaDbServer.dataSource(MariaDbServer.newDatabase()) }

        val rows by lazy { JdbcTokenStore(MariaDbServer.dataSource(MariaDbServer.newDatabase())) }
        sealedRowTests { rows }

        serverTests({ MariaDbServer.newDatabase() }, MariaDbServer::dataSource)

        test("times are those of UTC, whatever the session's time zone") {
            val url = MariaDbServer.newDatabase()
            val elsewhere = MariaDbServer.dataSource("$url&sessionVariables=time_zone='-08:00'")
            checkTimes(elsewhere, MariaDbServer.dataSource(url))
        }
    })
