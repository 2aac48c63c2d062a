package dev.openidclient.jdbc

import dev.openidclient.tokenstore.Lease
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.withTimeout
import java.sql.SQLException
import java.time.Duration
import java.time.Instant
import javax.sql.DataSource

private const val CALLERS = 100

/** What a server of databases shows beside the duties; [newDatabase] is the address of a new one with the schema. */
internal fun FunSpec.serverTests(
    newDatabase: () -> String,
    dataSource: (url: String) -> DataSource,
) {
    test("of 100 callers of several instances one takes an entry") {
        val database = dataSource(newDatabase())
        val stores = List(4) { JdbcTokenStore(database) }
        stores.first().put("id", "value", Duration.ofMinutes(5))
        val taken =
            coroutineScope {
                List(CALLERS) { async(Dispatchers.Default) { stores[it % stores.size].take("id") } }.awaitAll()
            }
        taken.filterNotNull() shouldBe listOf("value")
    }

    test("of 100 callers with one key one is the first") {
        val database = dataSource(newDatabase())
        val caches = List(4) { JdbcReplayCache(database) }
        val until = Instant.now().plusSeconds(60)
        val answers =
            coroutineScope {
                List(CALLERS) { async(Dispatchers.Default) { caches[it % caches.size].register("key", until) } }
                    .awaitAll()
            }
        answers.count { it } shouldBe 1
    }

    test("a pool without auto-commit keeps what is written") {
        val url = newDatabase()
        val pool = WatchedDataSource(dataSource(url)).apply { autoCommit = false }
        JdbcTokenStore(pool).put("id", "value", Duration.ofMinutes(5))
        val version = JdbcTokenStore(pool).load("id").shouldNotBeNull().version
        JdbcTokenStore(pool).lease("id", version, "a", Duration.ofMinutes(1))
        JdbcTokenStore(dataSource(url)).load("id")?.value shouldBe "value"
        pool.autoCommitAtClose shouldBe false
    }

    test("what has expired is deleted in batches, and what lives stays") {
        val database = dataSource(newDatabase())
        val store = JdbcTokenStore(database)
        val short = Duration.ofMillis(1)
        coroutineScope {
            List(CALLERS) { async(Dispatchers.Default) { store.put("id-$it", "value", short) } }.awaitAll()
        }
        delay(20)
        JdbcTokenStore(database).put("lives", "value", Duration.ofDays(30))
        noMoreThan(Duration.ofSeconds(10)) { database.long("select count(*) from openid_token") == 1L }
    }

    test("a statement that the database refuses says the state, and no value") {
        val store = JdbcTokenStore(dataSource(newDatabase()))
        val long = "x".repeat(2_000)
        val failure = shouldThrow<SQLException> { store.put(long, "very-secret-value", Duration.ofMinutes(5)) }
        failure.sqlState?.take(2) shouldBe "22"
        failure.stackTraceToString().contains("very-secret-value") shouldBe false
        failure.stackTraceToString().contains("xxxx") shouldBe false
    }
}

internal suspend fun checkTimes(
    elsewhere: DataSource,
    here: DataSource,
) {
    JdbcTokenStore(elsewhere).put("id", "value", Duration.ofMinutes(5))
    val version = JdbcTokenStore(here).load("id").shouldNotBeNull().version
    JdbcTokenStore(here).lease("id", version, "a", Duration.ofMinutes(1))
    val held = JdbcTokenStore(elsewhere).lease("id", version, "b", Duration.ofMinutes(1))
    (held as Lease.Held).remaining.toMinutes() shouldBe 0
}

/** A caller that gives up after a moment. */
internal suspend fun givenUp(call: suspend () -> Unit) {
    shouldThrow<TimeoutCancellationException> { withTimeout(300) { call() } }
}

internal suspend fun noMoreThan(
    duration: Duration,
    isSo: () -> Boolean,
) {
    withTimeout(duration.toMillis()) { while (!isSo()) delay(20) }
}
