package dev.openidclient.jdbc

import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ranges.shouldBeIn
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import java.sql.SQLException
import java.time.Clock
import java.time.Duration
import java.time.Instant
import java.time.ZoneOffset
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds

class JdbcReplayCacheSpec :
    FunSpec({
        test("what is left until then is by the clock of this process, and runs by the database's") {
            val database = h2()
            val longAgo = Clock.fixed(Instant.parse("2001-01-01T00:00:00Z"), ZoneOffset.UTC)
            val cache = JdbcReplayCache(database, clock = longAgo)
            val started = System.nanoTime()
            cache.register("key", longAgo.instant().plusSeconds(60)) shouldBe true
            cache.register("key", longAgo.instant().plusSeconds(60)) shouldBe false
            val left = database.long("select datediff(microsecond, current_timestamp, expires_at) from openid_replay")
            // the clock of the database may have been set by a little meanwhile
            val passed = (System.nanoTime() - started).nanoseconds + 10.milliseconds
            left.microseconds shouldBeIn (60.seconds - passed)..60.seconds
        }

        test("what is over already is sent to no database") {
            val pool = WatchedDataSource(h2())
            JdbcReplayCache(pool).register("key", Instant.now().minusSeconds(1)) shouldBe true
            pool.taken.get() shouldBe 0
        }

        test("a failure is never true, and has no key in it") {
            val failure =
                shouldThrow<SQLException> { JdbcReplayCache(h2(), "absent").register("a-key", Instant.MAX) }
            failure.stackTraceToString() shouldNotContain "a-key"
        }

        test("keys that are over are deleted") {
            val database = h2()
            database.run("insert into openid_replay values ('old', dateadd(second, -1, current_timestamp))")
            JdbcReplayCache(database).register("key", Instant.now().plus(Duration.ofMinutes(1)))
            eventually(10.seconds) { database.long("select count(*) from openid_replay") shouldBe 1 }
        }

        test("a table's name that could be more than a name is refused") {
            shouldThrow<IllegalArgumentException> { JdbcReplayCache(h2(), "t; drop table t") }
        }

        test("text shows table and concurrency") {
            JdbcReplayCache(h2()).toString() shouldBe "JdbcReplayCache(openid_replay, concurrency 8)"
        }
    })
