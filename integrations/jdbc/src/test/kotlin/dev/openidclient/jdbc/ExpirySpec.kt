package dev.openidclient.jdbc

import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.time.Duration.Companion.seconds

class ExpirySpec :
    FunSpec({
        test("rows that have expired go in batches of 1000, once in 10 minutes at the most") {
            val database = h2()
            val pool = WatchedDataSource(database)
            val statements = CopyOnWriteArrayList<String>()
            pool.beforeExecute = { statements += it }
            var now = 0L
            val expiry = Expiry(Database(pool, "openid_token", concurrency = 1), "openid_token") { now }
            val expired =
                "insert into openid_token (id, version, entry_value, expires_at) " +
                    "select 'id' || x, 1, 'value', dateadd(second, ?, current_timestamp) from system_range(1, 2500)"
            database.run(expired.replace("?", "-1"))
            expiry.afterWrite()
            eventually(10.seconds) { database.long("select count(*) from openid_token") shouldBe 0 }
            statements.size shouldBe 3

            database.run(expired.replace("?", "-1"))
            now += Duration.ofMinutes(10).toNanos() - 1
            expiry.afterWrite()
            now += 1
            expiry.afterWrite()
            eventually(10.seconds) { database.long("select count(*) from openid_token") shouldBe 0 }
            eventually(10.seconds) { statements.size shouldBe 6 }

            // what lives stays
            database.run(expired.replace("?", "60"))
            now += Duration.ofMinutes(10).toNanos()
            expiry.afterWrite()
            eventually(10.seconds) { statements.size shouldBe 7 }
            database.long("select count(*) from openid_token") shouldBe 2500
        }
    })
