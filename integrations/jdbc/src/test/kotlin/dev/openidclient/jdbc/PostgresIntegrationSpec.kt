package dev.openidclient.jdbc

import dev.openidclient.testing.RaceChild
import dev.openidclient.testing.StoreOpener
import dev.openidclient.testing.StoreRace
import dev.openidclient.testing.sealedRowTests
import dev.openidclient.tokenstore.TokenStore
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.time.Duration

/** What every database owes; beside it, what only a server shows. */
@EnabledIf(PostgresAvailable::class)
class PostgresIntegrationSpec :
    FunSpec({
        contractTests { PostgresServer.dataSource(PostgresServer.newDatabase()) }

        val rows by lazy { JdbcTokenStore(PostgresServer.dataSource(PostgresServer.newDatabase())) }
        sealedRowTests { rows }

        serverTests({ PostgresServer.newDatabase() }, PostgresServer::dataSource)

        test("a call of which nobody waits any more is cancelled at the server") {
            val url = PostgresServer.newDatabase()
            val database = PostgresServer.dataSource(url)
            val locked = database.connection
            locked.autoCommit = false
            JdbcTokenStore(database).put("id", "value", Duration.ofMinutes(5))
            locked.createStatement().use { it.execute("select * from openid_token for update") }
            givenUp { JdbcTokenStore(database).put("id", "another", Duration.ofMinutes(5)) }
            noMoreThan(Duration.ofSeconds(10)) {
                database.long("select count(*) from pg_stat_activity where state = 'active'") == 1L
            }
            locked.close()
            JdbcTokenStore(database).load("id")?.value shouldBe "value"
        }

        test("4 instances over PostgreSQL use no refresh token twice, and no call fails") {
            val url = PostgresServer.newDatabase()
            val stores = List(4) { JdbcTokenStore(PooledDataSource(PostgresServer.dataSource(url))) }
            val outcome = StoreRace().run("PostgreSQL", stores, StoreRace.DURATION)
            println(outcome)
            outcome.reuses shouldBe 0
            outcome.failures shouldBe emptyList()
            outcome.grants shouldBeGreaterThan 5
        }

        test("a process that is killed between the answer and its write leaves no refresh token to be used twice")
            .config(enabled = isLongRace) {
                val url = PostgresServer.newDatabase()
                val outcome = RaceChild.race("PostgreSQL, kill -9", PostgresOpener::class.java, url, StoreRace.DURATION)
                println(outcome)
                outcome.reuses shouldBe 0
                outcome.grants shouldBeGreaterThan 5
                outcome.failures.toSet() - RaceChild.OF_A_DOUBT shouldBe emptySet()
            }
    })

private val isLongRace = StoreRace.DURATION >= RaceChild.SHORTEST

class PostgresOpener : StoreOpener {
    override fun open(address: String): TokenStore =
        JdbcTokenStore(PooledDataSource(PostgresServer.dataSource(address)))
}
