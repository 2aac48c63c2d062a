package dev.openidclient.jdbc

import java.sql.Connection
import java.sql.SQLFeatureNotSupportedException

/** How one kind of database says what all of them know. Each time is the database's own, in microseconds. */
internal enum class Dialect(
    /** What the database calls itself in its metadata. */
    private val products: Set<String>,
    val now: String,
    /** A number of microseconds, as a parameter, from [now]. */
    val later: String,
    /** The microseconds of [now] since 1970. */
    val epochMicros: String,
    /** The microseconds from [now] to `lease_until`. */
    val remainingMicros: String,
    /** Whether `ON CONFLICT` and `DELETE … RETURNING` are there, and rows can be locked without waiting. */
    val isPostgres: Boolean = false,
    /** How a DELETE is told how many rows it may take. */
    val atMost: String = "",
) {
    POSTGRESQL(
        products = setOf("PostgreSQL"),
        now = "current_timestamp",
        later = "current_timestamp + ? * interval '1 microsecond'",
        epochMicros = "cast(extract(epoch from current_timestamp) * 1000000 as bigint)",
        remainingMicros = "cast(extract(epoch from lease_until - current_timestamp) * 1000000 as bigint)",
        isPostgres = true,
    ),
    H2(
        products = setOf("H2"),
        now = "current_timestamp",
        later = "dateadd(microsecond, ?, current_timestamp)",
        epochMicros = "cast(extract(epoch from current_timestamp) * 1000000 as bigint)",
        remainingMicros = "datediff(microsecond, current_timestamp, lease_until)",
        atMost = "fetch first ${Expiry.BATCH} rows only",
    ),

    /** Whatever the time zone of a session is, and in the hour that a time zone has twice: UTC. */
    MARIADB(
        products = setOf("MariaDB", "MySQL"),
        now = "utc_timestamp(6)",
        later = "utc_timestamp(6) + interval ? microsecond",
        epochMicros = "timestampdiff(microsecond, '1970-01-01', utc_timestamp(6))",
        remainingMicros = "timestampdiff(microsecond, utc_timestamp(6), lease_until)",
        atMost = "limit ${Expiry.BATCH}",
    ),
    ;

    companion object {
        /** Throws [UnknownDatabaseException] where the database is of another kind. */
        fun of(connection: Connection): Dialect {
            val product = connection.metaData.databaseProductName
            return entries.find { product in it.products }
                ?: throw UnknownDatabaseException(product)
        }
    }
}

internal class UnknownDatabaseException(
    product: String?,
) : SQLFeatureNotSupportedException(
        "the database calls itself \"$product\", but tokens are kept in PostgreSQL, MariaDB and H2",
    )
