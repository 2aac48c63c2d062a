package dev.openidclient.jdbc

import java.sql.Connection
import java.sql.PreparedStatement
import java.sql.ResultSet
import java.sql.SQLException

/** The statement that runs for a caller, who may give up. */
internal class RunningStatement {
    private var statement: PreparedStatement? = null
    private var isCancelled = false

    /** Throws [SQLException] where the caller has given up. */
    fun begins(statement: PreparedStatement) =
        synchronized(this) {
            if (isCancelled) throw SQLException("the caller has given up", CANCELLED)
            this.statement = statement
        }

    /** Waits for a cancellation that is on its way: it must not meet the next user of the connection. */
    fun ended() = synchronized(this) { statement = null }

    fun cancel() =
        synchronized(this) {
            isCancelled = true
            try {
                statement?.cancel()
            } catch (_: SQLException) {
                // it runs to its end then
            }
        }

    private companion object {
        const val CANCELLED = "57014"
    }
}

/** What [connection] executes for one call. */
internal class Statements(
    private val connection: Connection,
    val dialect: Dialect,
    private val running: RunningStatement,
) {
    /** The number of rows that [sql] changed. */
    fun update(
        sql: String,
        vararg parameters: Any?,
    ): Int = prepared(sql, parameters) { it.executeUpdate() }

    /** The first row of [sql] as [read] has it; null where there is none. */
    fun <T : Any> first(
        sql: String,
        vararg parameters: Any?,
        read: (ResultSet) -> T,
    ): T? = prepared(sql, parameters) { it.executeQuery().use { rows -> if (rows.next()) read(rows) else null } }

    /** Whether [sql] inserted its row; false where another one of the same key is there. */
    fun insert(
        sql: String,
        vararg parameters: Any?,
    ): Boolean =
        try {
            update(sql, *parameters) > 0
        } catch (e: SQLException) {
            if (e.sqlState?.startsWith(INTEGRITY) != true) throw e
            false
        }

    private fun <T> prepared(
        sql: String,
        parameters: Array<out Any?>,
        execute: (PreparedStatement) -> T,
    ): T =
        connection.prepareStatement(sql).use { statement ->
            parameters.forEachIndexed { index, parameter -> statement.setObject(index + 1, parameter) }
            running.begins(statement)
            try {
                execute(statement)
            } finally {
                running.ended()
            }
        }

    private companion object {
        /** The class of SQLStates of violated constraints. */
        const val INTEGRITY = "23"
    }
}
