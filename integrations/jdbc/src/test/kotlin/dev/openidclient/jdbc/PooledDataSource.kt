package dev.openidclient.jdbc

import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Method
import java.lang.reflect.Proxy
import java.sql.Connection
import java.util.concurrent.LinkedBlockingQueue
import javax.sql.DataSource

/** As many connections of [source] as are wanted at once, which are kept, as a pool does. */
internal class PooledDataSource(
    private val source: DataSource,
) : DataSource by source {
    private val free = LinkedBlockingQueue<Connection>()

    override fun getConnection(): Connection {
        val connection = free.poll() ?: source.connection
        val handler =
            { _: Any, method: Method, arguments: Array<Any?>? ->
                if (method.name == "close") {
                    free.add(connection)
                    null
                } else {
                    try {
                        method.invoke(connection, *(arguments ?: emptyArray()))
                    } catch (e: InvocationTargetException) {
                        throw e.targetException
                    }
                }
            }
        val type = Connection::class.java
        return type.cast(Proxy.newProxyInstance(javaClass.classLoader, arrayOf(type), handler))
    }
}
