package dev.openidclient.jdbc

import org.h2.jdbcx.JdbcDataSource
import java.util.UUID
import javax.sql.DataSource

/** A new database in memory, which has the tables of the schema. */
internal fun h2(): DataSource {
    val source = JdbcDataSource()
    source.setURL("jdbc:h2:mem:${UUID.randomUUID()};DB_CLOSE_DELAY=-1")
    source.runSchema("h2")
    return source
}

/** Runs the schema file of [name], as a migration does. */
internal fun DataSource.runSchema(name: String) {
    val file = "/META-INF/openid-client-jdbc/$name.sql"
    val script = checkNotNull(JdbcTokenStore::class.java.getResource(file)) { file }.readText()
    connection.use { connection ->
        connection.createStatement().use { statement ->
            script
                .lineSequence()
                .filterNot { it.startsWith("--") }
                .joinToString("\n")
                .split(';')
                .map(String::trim)
                .filter(String::isNotEmpty)
                .forEach(statement::execute)
        }
    }
}

/** The first column of the first row. */
internal fun DataSource.long(sql: String): Long =
    connection.use { connection ->
        connection.createStatement().use { statement ->
            statement.executeQuery(sql).use {
                check(it.next())
                it.getLong(1)
            }
        }
    }

internal fun DataSource.run(sql: String) {
    connection.use { connection -> connection.createStatement().use { it.execute(sql) } }
}
