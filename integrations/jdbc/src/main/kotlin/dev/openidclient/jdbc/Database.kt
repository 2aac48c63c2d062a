package dev.openidclient.jdbc

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.launch
import java.sql.Connection
import java.sql.SQLException
import java.sql.SQLTransactionRollbackException
import javax.sql.DataSource
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/**
 * Calls of [dataSource], of which [concurrency] block a thread at the most. Each has a connection of its own, in
 * auto-commit mode, which is given back whatever happens. A caller that gives up goes on at once; the statement that
 * runs for it is cancelled.
 */
internal class Database(
    private val dataSource: DataSource,
    private val table: String,
    concurrency: Int,
    @Suppress("InjectDispatcher") // these calls block, wherever they run
    private val blocking: CoroutineDispatcher = Dispatchers.IO,
) {
    private val scope: CoroutineScope

    @Volatile
    private var known: Dialect? = null

    init {
        require(TABLE.matches(table)) {
            "a table's name is made of letters, digits, _ and . here, and begins with a letter or _; this one is not"
        }
        require(concurrency > 0) { "concurrency must be positive, but is $concurrency" }
        scope = CoroutineScope(SupervisorJob() + blocking.limitedParallelism(concurrency, null))
    }

    /** Throws [SQLException] without a word of the database's own, which may have a value in it. */
    @Suppress("SuspendFunSwallowedCancellation") // it is thrown on as soon as the statement is told
    suspend fun <T> call(
        what: String,
        work: (Statements) -> T,
    ): T {
        val running = RunningStatement()
        val result = scope.async(EmptyCoroutineContext, CoroutineStart.DEFAULT) { attempt(what, running, work) }
        try {
            return result.await()
        } catch (e: CancellationException) {
            result.cancel(e)
            scope.later(blocking) { running.cancel() }
            throw e
        }
    }

    /** Begins [work], for which nobody waits. */
    fun aside(work: (Statements) -> Unit) {
        scope.later(EmptyCoroutineContext) {
            try {
                connected(RunningStatement(), work)
            } catch (_: SQLException) {
                // the next time
            }
        }
    }

    private fun <T> attempt(
        what: String,
        running: RunningStatement,
        work: (Statements) -> T,
    ): T {
        var attempts = 0
        while (true) {
            try {
                return connected(running, work)
            } catch (e: SQLException) {
                if (!e.isRolledBack || ++attempts == MOST_ATTEMPTS) throw failure(what, e)
            }
        }
    }

    private fun <T> connected(
        running: RunningStatement,
        work: (Statements) -> T,
    ): T =
        opened().use { connection ->
            val wasAutoCommit = connection.autoCommit
            if (!wasAutoCommit) connection.autoCommit = true
            try {
                val dialect = known ?: Dialect.of(connection).also { known = it }
                work(Statements(connection, dialect, running))
            } finally {
                if (!wasAutoCommit) connection.leaveAsItWas()
            }
        }

    /** A pool that cannot begin throws what it likes, as Hikari does with the name of the user in it. */
    @Suppress("TooGenericExceptionCaught") // that is written down nowhere
    private fun opened(): Connection =
        try {
            dataSource.connection
        } catch (e: RuntimeException) {
            throw noConnection(e)
        }

    private fun noConnection(cause: RuntimeException) =
        SQLException("no connection: ${cause.javaClass.name}", NO_CONNECTION)

    /** It was without auto-commit; a connection that is broken stays what it is. */
    private fun Connection.leaveAsItWas() {
        try {
            autoCommit = false
        } catch (_: SQLException) {
            return
        }
    }

    private fun failure(
        what: String,
        cause: SQLException,
    ): SQLException {
        if (cause is UnknownDatabaseException) return cause
        val state = cause.sqlState?.takeIf(STATE::matches)
        val kind = cause.javaClass.name
        return SQLException("$table: an entry could not be $what (SQLState $state, $kind)", state, cause.errorCode)
    }

    override fun toString(): String = table

    private companion object {
        val TABLE = Regex("[A-Za-z_][A-Za-z0-9_.]*")
        val STATE = Regex("[0-9A-Z]{5}")
        const val MOST_ATTEMPTS = 4

        /** The client was unable to establish the connection (SQL:2016, class 08). */
        const val NO_CONNECTION = "08001"

        fun CoroutineScope.later(
            context: CoroutineContext,
            work: () -> Unit,
        ) {
            launch(context, CoroutineStart.DEFAULT) { work() }
        }

        /** Nothing was done: a deadlock, or a statement that another one came before. */
        val SQLException.isRolledBack: Boolean
            get() = this is SQLTransactionRollbackException || sqlState in setOf("40001", "40P01")
    }
}
