package dev.openidclient.jdbc

import dev.openidclient.client.OpenIdClient
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.TokenCipher
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.withTimeout
import java.lang.reflect.Proxy
import java.security.SecureRandom
import java.sql.Connection
import java.sql.DatabaseMetaData
import java.sql.SQLException
import java.sql.SQLFeatureNotSupportedException
import java.sql.SQLTransactionRollbackException
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicInteger
import javax.sql.DataSource
import kotlin.time.Duration.Companion.seconds

private val LONG = Duration.ofMinutes(5)
private const val SECRET = "v1.2026-11.very-secret-value"

class JdbcTokenStoreSpec :
    FunSpec({
        context("a table's name that could be more than a name is refused") {
            for (name in listOf("", "t;drop table t", "t where 1=1", "\"t\"", "1t", "t-1", ".t", "t\n")) {
                test("\"${name.trim()}\"") {
                    val failure = shouldThrow<IllegalArgumentException> { JdbcTokenStore(h2(), name) }
                    if (name.isNotBlank()) failure.message.orEmpty() shouldNotContain name
                }
            }
        }

        test("a table of another name, also in a schema, is taken") {
            val database = h2()
            database.run("alter table openid_token rename to sessions")
            val store = JdbcTokenStore(database, "PUBLIC.sessions")
            store.put("id", "value", LONG)
            store.load("id")?.value shouldBe "value"
        }

        test("whatever a pool throws is an SQLException, without its words") {
            val pool =
                object : DataSource by h2() {
                    override fun getConnection(): Connection = throw IllegalStateException(SECRET)
                }
            val failure = shouldThrow<SQLException> { JdbcTokenStore(pool).load("id") }
            failure.sqlState shouldBe "08001"
            failure.stackTraceToString() shouldNotContain SECRET
        }

        test("a concurrency that lets nothing through is refused") {
            shouldThrow<IllegalArgumentException> { JdbcTokenStore(h2(), "t", 0) }.message shouldBe
                "concurrency must be positive, but is 0"
        }

        context("durations that make no sense are refused before anything is sent") {
            val pool = WatchedDataSource(h2())
            val store = JdbcTokenStore(pool)
            for (duration in listOf(Duration.ZERO, Duration.ofSeconds(-1))) {
                test("$duration") {
                    shouldThrow<IllegalArgumentException> { store.put("id", "value", duration) }
                    shouldThrow<IllegalArgumentException> { store.lease("id", 1, "owner", duration) }
                    shouldThrow<IllegalArgumentException> { store.renew("id", 1, "owner", duration) }
                    shouldThrow<IllegalArgumentException> { store.commit("id", 1, "value", Duration.ofSeconds(-1)) }
                    pool.taken.get() shouldBe 0
                }
            }
        }

        test("a lifetime without end is 100 years") {
            val database = h2()
            JdbcTokenStore(database).put("id", "value", Duration.ofSeconds(Long.MAX_VALUE))
            database.long("select datediff(day, current_timestamp, expires_at) from openid_token") shouldBe 36_500
        }

        test("a token of a session is one statement away, a refresh three calls: load, lease, commit") {
            val pool = WatchedDataSource(h2())
            val statements = CopyOnWriteArrayList<String>()
            val server = TestAuthorizationServer()
            val client = OpenIdClient(server.metadata, "app") { transport = server }
            val key = StoreKey("k", ByteArray(32).also(SecureRandom()::nextBytes))
            UserTokens(client) {
                store(JdbcTokenStore(pool), TokenCipher.of(key))
                nearCopy = Duration.ZERO
            }.use { users ->
                users.put("session", server.tokens())
                // but for the cleaning, which comes after the first write
                pool.beforeExecute = { if ("expires_at <=" !in it) statements += it.substringBefore(' ') }
                val source = users.source("session")
                val tokens = source.token()
                statements shouldBe listOf("select")
                statements.clear()
                source.invalidate(tokens)
                source.token()
                // a lease is read, and then taken
                statements shouldBe listOf("select", "select", "update", "update")
            }
        }

        context("connections") {
            test("each call takes one and gives it back") {
                val pool = WatchedDataSource(h2())
                val store = JdbcTokenStore(pool)
                store.remove("id")
                store.load("id")
                store.lease("id", 1, "owner", LONG)
                store.renew("id", 1, "owner", LONG)
                store.release("id", 1, "owner")
                store.take("id")
                pool.taken.get() shouldBe 6
                pool.open.get() shouldBe 0
            }

            test("it is given back where the statement fails") {
                val pool = WatchedDataSource(h2())
                shouldThrow<SQLException> { JdbcTokenStore(pool, "absent").load("id") }
                pool.open.get() shouldBe 0
            }

            test("of a pool without auto-commit they go back without it, and what was written stays") {
                val database = h2()
                val pool = WatchedDataSource(database).apply { autoCommit = false }
                JdbcTokenStore(pool).put("id", "value", LONG)
                pool.autoCommitAtClose shouldBe false
                JdbcTokenStore(database).load("id")?.value shouldBe "value"
            }

            test("no more than concurrency are taken at once") {
                val pool = WatchedDataSource(h2())
                val store = JdbcTokenStore(pool, concurrency = 2)
                coroutineScope { List(50) { async { store.load("id") } }.awaitAll() }
                pool.mostOpen.get() shouldBeLessThanOrEqual 2
            }
        }

        test("who gives up goes on at once: the statement is cancelled, and the connection given back") {
            val pool = WatchedDataSource(h2())
            val store = JdbcTokenStore(pool)
            store.put("id", "value", LONG)
            val released = CountDownLatch(1)
            val isRunning = CountDownLatch(1)
            pool.onCancel = { released.countDown() }
            pool.beforeExecute = {
                isRunning.countDown()
                released.await()
            }
            val begin = System.nanoTime()
            shouldThrow<TimeoutCancellationException> { withTimeout(300) { store.load("id") } }
            Duration.ofNanos(System.nanoTime() - begin) shouldBeLessThan Duration.ofSeconds(5)
            isRunning.count shouldBe 0
            eventually(10.seconds) {
                pool.cancelled.get() shouldBe 1
                pool.open.get() shouldBe 0
            }
            pool.beforeExecute = {}
            store.load("id")?.value shouldBe "value"
        }

        test("a call that waits for its turn and is given up is never made") {
            val pool = WatchedDataSource(h2())
            val store = JdbcTokenStore(pool, concurrency = 1)
            val executed = AtomicInteger()
            val isRunning = CountDownLatch(1)
            val released = CountDownLatch(1)
            pool.beforeExecute = {
                executed.incrementAndGet()
                isRunning.countDown()
                released.await()
            }
            coroutineScope {
                val first = async(Dispatchers.Default) { store.load("id") }
                isRunning.await()
                shouldThrow<TimeoutCancellationException> { withTimeout(100) { store.remove("id") } }
                released.countDown()
                first.await()
                store.load("id")
            }
            executed.get() shouldBe 2
        }

        context("failures") {
            test("say the state, and no word of the database's own: it may have a value in it") {
                val database = h2()
                database.run("alter table openid_token add constraint short check (length(entry_value) < 9)")
                val store = JdbcTokenStore(database)
                val failure = shouldThrow<SQLException> { store.put("id", SECRET, LONG) }
                failure.stackTraceToString() shouldNotContain SECRET
                failure.cause.shouldBeNull()
                failure.suppressed.toList().shouldBeEmpty()
            }

            test("of a missing table") {
                val failure = shouldThrow<SQLException> { JdbcTokenStore(h2(), "absent").load("id") }
                failure.sqlState shouldBe "42S02"
                failure.message shouldBe
                    "absent: an entry could not be read (SQLState 42S02, ${failing("absent")})"
            }

            test("of a database that refuses connections are told too") {
                val down =
                    object : DataSource by h2() {
                        override fun getConnection(): Connection = throw SQLException("password=$SECRET", "08001")
                    }
                val failure = shouldThrow<SQLException> { JdbcTokenStore(down).load("id") }
                failure.sqlState shouldBe "08001"
                failure.message.orEmpty() shouldNotContain SECRET
            }

            test("a statement that the database rolled back is sent again") {
                val pool = WatchedDataSource(h2())
                val failures = AtomicInteger(2)
                pool.beforeExecute = {
                    if (failures.getAndDecrement() > 0) throw SQLTransactionRollbackException("deadlock", "40001")
                }
                JdbcTokenStore(pool).put("id", "value", LONG)
                JdbcTokenStore(pool).load("id")?.value shouldBe "value"
                // what has expired is deleted beside it
                eventually(10.seconds) { pool.open.get() shouldBe 0 }
            }

            test("a statement that is rolled back each time is a failure") {
                val pool = WatchedDataSource(h2())
                pool.beforeExecute = { throw SQLTransactionRollbackException("deadlock", "40001") }
                shouldThrow<SQLException> { JdbcTokenStore(pool).load("id") }.sqlState shouldBe "40001"
                pool.taken.get() shouldBe 4
            }

            test("any other failure is not repeated: it may have been done") {
                val pool = WatchedDataSource(h2())
                pool.beforeExecute = { throw SQLException("connection lost", "08006") }
                shouldThrow<SQLException> { JdbcTokenStore(pool).take("id") }
                pool.taken.get() shouldBe 1
            }

            test("of another kind of database say its name") {
                val failure = shouldThrow<SQLFeatureNotSupportedException> { JdbcTokenStore(other(h2())).load("id") }
                failure.message.orEmpty() shouldContain "\"Apache Derby\""
            }
        }

        test("what has expired is deleted after a write") {
            val database = h2()
            database.run(
                "insert into openid_token (id, version, entry_value, expires_at) " +
                    "select 'id' || x, 1, 'value', dateadd(second, -1, current_timestamp) from system_range(1, 2500)",
            )
            val store = JdbcTokenStore(database)
            store.put("id", "value", LONG)
            eventually(10.seconds) { database.long("select count(*) from openid_token") shouldBe 1 }
        }

        test("text shows no value") {
            JdbcTokenStore(h2(), concurrency = 3).toString() shouldBe "JdbcTokenStore(openid_token, concurrency 3)"
        }
    })

private fun failing(table: String): String =
    try {
        h2().run("select * from $table").toString()
    } catch (e: SQLException) {
        e.javaClass.name
    }

/** [source], under the name of a database that has no dialect here. */
private fun other(source: DataSource): DataSource =
    object : DataSource by source {
        override fun getConnection(): Connection {
            val connection = source.connection
            return proxy(Connection::class.java, connection) { name ->
                if (name != "getMetaData") return@proxy null
                proxy(DatabaseMetaData::class.java, connection.metaData) {
                    "Apache Derby".takeIf { _ -> it == "getDatabaseProductName" }
                }
            }
        }
    }

private fun <T : Any> proxy(
    type: Class<T>,
    target: T,
    instead: (name: String) -> Any?,
): T =
    type.cast(
        Proxy.newProxyInstance(JdbcTokenStoreSpec::class.java.classLoader, arrayOf(type)) { _, method, args ->
            instead(method.name) ?: method.invoke(target, *(args ?: emptyArray()))
        },
    )
