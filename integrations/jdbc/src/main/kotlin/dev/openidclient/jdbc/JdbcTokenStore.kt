package dev.openidclient.jdbc

import dev.openidclient.tokenstore.Lease
import dev.openidclient.tokenstore.StoredEntry
import dev.openidclient.tokenstore.TokenStore
import java.sql.SQLException
import java.sql.SQLTransientException
import java.time.Duration
import java.time.temporal.ChronoUnit
import javax.sql.DataSource

/**
 * A [TokenStore] in one table of a database: PostgreSQL 12 and later, MariaDB 10.6 and later, H2 2.x. The tables are
 * in `META-INF/openid-client-jdbc/postgresql.sql`, `mariadb.sql` and `h2.sql` of this artifact; run that file with your
 * own migrations, as nothing here does. The page `docs/many-instances.md` shows where it is used.
 *
 * Each function is one or two statements in auto-commit mode, by the clock of the database; no transaction and no lock
 * of a row lasts longer than its statement. A connection is taken for each call and given back at its end. The calls
 * block threads of `Dispatchers.IO`, [concurrency] at the most; a caller never waits for them once it gives up.
 *
 * Functions throw [SQLException] with the SQLState of the database, and without its message, which may have a value in
 * it. [table] is made of letters, digits, `_` and `.`, or [IllegalArgumentException] is thrown.
 */
public class JdbcTokenStore
    @JvmOverloads
    constructor(
        dataSource: DataSource,
        private val table: String = DEFAULT_TABLE,
        private val concurrency: Int = DEFAULT_CONCURRENCY,
    ) : TokenStore {
        private val database = Database(dataSource, table, concurrency)
        private val expiry = Expiry(database, table)

        override suspend fun load(id: String): StoredEntry? =
            database.call("read") {
                val sql = "select version, entry_value from $table where id = ? and expires_at > ${it.dialect.now}"
                it.first(sql, id) { row -> StoredEntry(row.getLong(1), row.getString(2)) }
            }

        override suspend fun put(
            id: String,
            value: String,
            lifetime: Duration,
        ) {
            requirePositive("lifetime", lifetime)
            val micros = micros(lifetime)
            database.call("written") {
                if (it.dialect.isPostgres) it.putAtOnce(id, value, micros) else it.put(id, value, micros)
            }
            expiry.afterWrite()
        }

        /** The version of what is new is the time: above each that the id ever had, also after a removal. */
        private fun insertion(
            into: String,
            dialect: Dialect,
        ): String =
            "insert into $into (id, version, entry_value, expires_at) " +
                "values (?, ${dialect.epochMicros}, ?, ${dialect.later})"

        private fun Statements.putAtOnce(
            id: String,
            value: String,
            micros: Long,
        ) {
            update("${insertion("$table as entry", dialect)} $REPLACING", id, value, micros)
        }

        private fun Statements.put(
            id: String,
            value: String,
            micros: Long,
        ) {
            val update =
                "update $table set version = version + 1, entry_value = ?, lease_owner = null, lease_until = null, " +
                    "expires_at = ${dialect.later} where id = ?"
            val insert = insertion(table, dialect)
            repeat(MOST_ROUNDS) {
                if (update(update, value, micros, id) > 0) return
                if (insert(insert, id, value, micros)) return
            }
            throw changesAgainAndAgain()
        }

        override suspend fun lease(
            id: String,
            version: Long,
            owner: String,
            duration: Duration,
        ): Lease {
            requirePositive("duration", duration)
            val micros = micros(duration)
            return database.call("leased") { statements ->
                repeat(MOST_ROUNDS) {
                    val seen = statements.leaseOf(id)
                    val lease = seen.answerTo(version, owner)
                    if (lease !is Lease.Acquired || statements.lease(id, version, owner, micros, seen?.owner)) {
                        return@call lease
                    }
                }
                throw changesAgainAndAgain()
            }
        }

        private class SeenLease(
            val version: Long,
            val owner: String?,
            val remainingMicros: Long,
        )

        private fun Statements.leaseOf(id: String): SeenLease? {
            val sql =
                "select version, lease_owner, ${dialect.remainingMicros} from $table " +
                    "where id = ? and expires_at > ${dialect.now}"
            return first(sql, id) { SeenLease(it.getLong(1), it.getString(2), it.getLong(3)) }
        }

        private fun SeenLease?.answerTo(
            version: Long,
            owner: String,
        ): Lease {
            if (this == null) return Lease.Gone
            if (this.version != version) return Lease.Changed
            if (this.owner == null || this.owner == owner) return Lease.Acquired(abandoned = false)
            if (remainingMicros > 0) return Lease.Held(Duration.of(remainingMicros, ChronoUnit.MICROS))
            return Lease.Acquired(abandoned = true)
        }

        /** False where the lease is not [seen]'s any more. */
        private fun Statements.lease(
            id: String,
            version: Long,
            owner: String,
            micros: Long,
            seen: String?,
        ): Boolean {
            val sql =
                "update $table set lease_owner = ?, lease_until = ${dialect.later} " +
                    "where id = ? and version = ? and expires_at > ${dialect.now} and "
            val changed =
                when (seen) {
                    null -> update(sql + "lease_owner is null", owner, micros, id, version)
                    owner -> update(sql + "lease_owner = ?", owner, micros, id, version, owner)
                    else ->
                        update(
                            sql + "lease_owner = ? and lease_until <= ${dialect.now}",
                            owner,
                            micros,
                            id,
                            version,
                            seen,
                        )
                }
            return changed > 0
        }

        override suspend fun renew(
            id: String,
            version: Long,
            owner: String,
            duration: Duration,
        ): Boolean {
            requirePositive("duration", duration)
            return database.call("leased") {
                val sql =
                    "update $table set lease_until = ${it.dialect.later} " +
                        "where id = ? and version = ? and lease_owner = ? and expires_at > ${it.dialect.now}"
                it.update(sql, micros(duration), id, version, owner) > 0
            }
        }

        override suspend fun commit(
            id: String,
            version: Long,
            value: String,
            lifetime: Duration,
        ): Boolean {
            require(!lifetime.isNegative) { "lifetime must not be negative, but is $lifetime" }
            val micros = micros(lifetime)
            val isCommitted =
                database.call("written") {
                    when {
                        version == NO_VERSION -> if (micros == 0L) it.lacks(id) else it.make(id, value, micros)
                        micros == 0L -> it.update("delete from $table ${current(it.dialect)}", id, version) > 0
                        else -> it.change(id, version, value, micros)
                    }
                }
            expiry.afterWrite()
            return isCommitted
        }

        private fun current(dialect: Dialect) = "where id = ? and version = ? and expires_at > ${dialect.now}"

        private fun Statements.change(
            id: String,
            version: Long,
            value: String,
            micros: Long,
        ): Boolean {
            val sql =
                "update $table set version = version + 1, entry_value = ?, lease_owner = null, " +
                    "lease_until = null, expires_at = ${dialect.later} ${current(dialect)}"
            return update(sql, value, micros, id, version) > 0
        }

        private fun Statements.lacks(id: String): Boolean {
            val sql = "select version from $table where id = ? and expires_at > ${dialect.now}"
            return first(sql, id) { it.getLong(1) } == null
        }

        /** False where an entry of [id] is there, which has not expired. */
        private fun Statements.make(
            id: String,
            value: String,
            micros: Long,
        ): Boolean {
            if (dialect.isPostgres) {
                val sql = "${insertion("$table as entry", dialect)} $REPLACING where entry.expires_at <= ${dialect.now}"
                return update(sql, id, value, micros) > 0
            }
            val update =
                "update $table set version = version + 1, entry_value = ?, lease_owner = null, lease_until = null, " +
                    "expires_at = ${dialect.later} where id = ? and expires_at <= ${dialect.now}"
            return update(update, value, micros, id) > 0 || insert(insertion(table, dialect), id, value, micros)
        }

        override suspend fun release(
            id: String,
            version: Long,
            owner: String,
        ) {
            database.call("released") {
                val sql =
                    "update $table set lease_owner = null, lease_until = null " +
                        "where id = ? and version = ? and lease_owner = ?"
                it.update(sql, id, version, owner)
            }
        }

        override suspend fun remove(id: String) {
            database.call("removed") { it.update("delete from $table where id = ?", id) }
        }

        override suspend fun take(id: String): String? =
            database.call("taken") {
                if (it.dialect.isPostgres) it.takeAtOnce(id) else it.take(id)
            }

        private fun Statements.takeAtOnce(id: String): String? {
            val sql = "delete from $table where id = ? and expires_at > ${dialect.now} returning entry_value"
            return first(sql, id) { it.getString(1) }
        }

        private fun Statements.take(id: String): String? {
            val select = "select version, entry_value from $table where id = ? and expires_at > ${dialect.now}"
            repeat(MOST_ROUNDS) {
                val entry = first(select, id) { row -> StoredEntry(row.getLong(1), row.getString(2)) } ?: return null
                if (update("delete from $table where id = ? and version = ?", id, entry.version) > 0) return entry.value
            }
            throw changesAgainAndAgain()
        }

        private fun changesAgainAndAgain(): SQLException = SQLTransientException("an entry changes again and again")

        override fun toString(): String = "JdbcTokenStore($table, concurrency $concurrency)"

        public companion object {
            /** `openid_token` */
            public const val DEFAULT_TABLE: String = "openid_token"

            /** 8 */
            public const val DEFAULT_CONCURRENCY: Int = 8

            /** That of no entry. */
            private const val NO_VERSION = 0L

            /** Where there is a row of the same id. */
            private const val REPLACING =
                "on conflict (id) do update set version = entry.version + 1, entry_value = excluded.entry_value, " +
                    "lease_owner = null, lease_until = null, expires_at = excluded.expires_at"

            /** Of a read and the write that depends on it: each but the last was forestalled by somebody else. */
            private const val MOST_ROUNDS = 50
        }
    }
