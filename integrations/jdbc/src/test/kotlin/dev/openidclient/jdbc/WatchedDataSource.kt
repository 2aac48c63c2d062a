package dev.openidclient.jdbc

import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Proxy
import java.sql.Connection
import java.sql.PreparedStatement
import java.util.concurrent.atomic.AtomicInteger
import javax.sql.DataSource

/** Hands out connections of [source] as a pool does, and knows what became of them. */
internal class WatchedDataSource(
    private val source: DataSource,
) : DataSource by source {
    val taken = AtomicInteger()
    val open = AtomicInteger()
    val mostOpen = AtomicInteger()
    val cancelled = AtomicInteger()

    @Volatile
    var autoCommit: Boolean = true

    /** How the connections were when they were given back. */
    @Volatile
    var autoCommitAtClose: Boolean? = null

    /** Runs before each execution of a statement. */
    @Volatile
    var beforeExecute: (sql: String) -> Unit = {}

    /** Runs when a statement is cancelled. */
    @Volatile
    var onCancel: () -> Unit = {}

    override fun getConnection(): Connection {
        taken.incrementAndGet()
        val now = open.incrementAndGet()
        mostOpen.updateAndGet { maxOf(it, now) }
        val connection = source.connection.also { it.autoCommit = autoCommit }
        return proxy(connection) { name, arguments, call ->
            when (name) {
                "prepareStatement" -> watched(call() as PreparedStatement, arguments.first() as String)
                "close" -> {
                    autoCommitAtClose = connection.autoCommit
                    open.decrementAndGet()
                    call()
                }
                else -> call()
            }
        }
    }

    private fun watched(
        statement: PreparedStatement,
        sql: String,
    ): PreparedStatement =
        proxy(statement) { name, _, call ->
            if (name.startsWith("execute")) beforeExecute(sql)
            if (name == "cancel") {
                cancelled.incrementAndGet()
                onCancel()
            }
            call()
        }

    private inline fun <reified T : Any> proxy(
        target: T,
        crossinline around: (name: String, arguments: Array<Any?>, call: () -> Any?) -> Any?,
    ): T =
        Proxy.newProxyInstance(javaClass.classLoader, arrayOf(T::class.java)) { _, method, arguments ->
            around(method.name, arguments ?: emptyArray()) {
                try {
                    method.invoke(target, *(arguments ?: emptyArray()))
                } catch (e: InvocationTargetException) {
                    throw e.targetException
                }
            }
        } as T
}
