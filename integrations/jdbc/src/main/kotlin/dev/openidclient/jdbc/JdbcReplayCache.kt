package dev.openidclient.jdbc

import dev.openidclient.tokenstore.ReplayCache
import java.sql.SQLException
import java.time.Clock
import java.time.Duration
import java.time.Instant
import javax.sql.DataSource

/**
 * A [ReplayCache] in a table of a database, for all instances of a service: the same databases as [JdbcTokenStore]'s,
 * and the same schema files, where it is `openid_replay`. A key is remembered for what is left until then by [clock],
 * and that time runs by the clock of the database.
 *
 * Functions throw [SQLException] with the SQLState of the database, and without its message. [table] is made of
 * letters, digits, `_` and `.`, or [IllegalArgumentException] is thrown.
 */
public class JdbcReplayCache
    @JvmOverloads
    constructor(
        dataSource: DataSource,
        private val table: String = DEFAULT_TABLE,
        private val concurrency: Int = JdbcTokenStore.DEFAULT_CONCURRENCY,
        private val clock: Clock = Clock.systemUTC(),
    ) : ReplayCache {
        private val database = Database(dataSource, table, concurrency)
        private val expiry = Expiry(database, table)

        override suspend fun register(
            key: String,
            until: Instant,
        ): Boolean {
            val now = clock.instant()
            if (until <= now) return true
            val micros = micros(Duration.between(now, until))
            val isFirst =
                database.call("remembered") {
                    if (it.dialect.isPostgres) it.registerAtOnce(key, micros) else it.register(key, micros)
                }
            expiry.afterWrite()
            return isFirst
        }

        private fun Statements.registerAtOnce(
            key: String,
            micros: Long,
        ): Boolean {
            val sql =
                "insert into $table as entry (id, expires_at) values (?, ${dialect.later}) on conflict (id) " +
                    "do update set expires_at = excluded.expires_at where entry.expires_at <= ${dialect.now}"
            return update(sql, key, micros) > 0
        }

        private fun Statements.register(
            key: String,
            micros: Long,
        ): Boolean {
            val update = "update $table set expires_at = ${dialect.later} where id = ? and expires_at <= ${dialect.now}"
            return update(update, micros, key) > 0 ||
                insert("insert into $table (id, expires_at) values (?, ${dialect.later})", key, micros)
        }

        override fun toString(): String = "JdbcReplayCache($table, concurrency $concurrency)"

        public companion object {
            /** `openid_replay` */
            public const val DEFAULT_TABLE: String = "openid_replay"
        }
    }
