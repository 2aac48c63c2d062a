package dev.openidclient.redis

import io.lettuce.core.RedisCommandExecutionException
import io.lettuce.core.RedisException
import io.lettuce.core.RedisNoScriptException
import io.lettuce.core.ScriptOutputType
import io.lettuce.core.api.StatefulConnection
import io.lettuce.core.api.StatefulRedisConnection
import io.lettuce.core.cluster.SlotHash
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.future.await
import java.io.IOException
import java.time.Duration
import java.util.concurrent.CompletionStage
import java.util.function.Supplier

/** One Redis, or the nodes of a cluster: runs scripts without blocking a thread. Its owner closes the connection. */
internal class Redis private constructor(
    private val connected: suspend () -> Connected,
) {
    private constructor(connected: Connected) : this({ connected })

    constructor(connection: StatefulRedisConnection<String, String>) : this(Connected(connection))

    constructor(connection: StatefulRedisClusterConnection<String, String>) : this(Connected(connection))

    private class Connected(
        val commands: RedisClusterAsyncCommands<String, String>,
        /** The commands of the node that has the key. */
        val nodeOf: suspend (key: String) -> RedisClusterAsyncCommands<String, String>,
    ) {
        constructor(connection: StatefulRedisConnection<String, String>) :
            this(connection.async(), { connection.async() })

        constructor(connection: StatefulRedisClusterConnection<String, String>) :
            this(connection.async(), { key -> nodeOf(connection, key) })
    }

    /** Throws [IOException] without a word of Redis's own but its error code. */
    suspend fun numbers(
        what: String,
        script: Script,
        key: String,
        vararg arguments: String,
    ): List<Long> = run<List<Any?>>(what, script, ScriptOutputType.MULTI, key, arguments).orEmpty().map { it as Long }

    /** The same for texts. */
    suspend fun texts(
        what: String,
        script: Script,
        key: String,
        vararg arguments: String,
    ): List<String> =
        run<List<Any?>>(what, script, ScriptOutputType.MULTI, key, arguments).orEmpty().map { it.toString() }

    /** Whether the script returned 1. */
    suspend fun isDone(
        what: String,
        script: Script,
        key: String,
        vararg arguments: String,
    ): Boolean = run<Long>(what, script, ScriptOutputType.INTEGER, key, arguments) == 1L

    /** Waits until [count] replicas have what was written under [key], or [timeout] is over. */
    suspend fun waitForReplicas(
        key: String,
        count: Int,
        timeout: Duration,
    ) {
        guarded("replicated") { it.nodeOf(key).waitForReplication(count, millis(timeout)).await() }
    }

    private suspend fun <T> run(
        what: String,
        script: Script,
        type: ScriptOutputType,
        key: String,
        arguments: Array<out String>,
    ): T? =
        guarded(what) {
            val keys = arrayOf(key)
            try {
                it.commands.evalsha<T>(script.sha, type, keys, *arguments).await()
            } catch (_: RedisNoScriptException) {
                // it has not been run: Redis has started anew, was told SCRIPT FLUSH, or is a node that never saw it
                it.commands.eval<T>(script.text, type, keys, *arguments).await()
            }
        }

    @Suppress("SuspendFunSwallowedCancellation") // the first clause judges it
    private suspend fun <T> guarded(
        what: String,
        use: suspend (Connected) -> T,
    ): T =
        try {
            use(connected())
        } catch (e: CancellationException) {
            currentCoroutineContext().ensureActive()
            // Lettuce cancels the commands of a connection that is closed
            throw failure(what, "the connection was closed", e)
        } catch (e: RedisCommandExecutionException) {
            throw failure(what, e.message?.let(ERROR_CODE::find)?.value ?: "an error", e)
        } catch (e: RedisException) {
            throw failure(what, "no answer", e)
        }

    private fun failure(
        what: String,
        why: String,
        cause: Exception,
    ) = IOException("Redis: an entry could not be $what ($why, ${cause.javaClass.name})")

    companion object {
        /** As in `OOM command not allowed`. */
        private val ERROR_CODE = Regex("^[A-Z]{2,20}\\b")

        /** Over the connection that [connect] makes, or has made. */
        fun connecting(connect: Supplier<out CompletionStage<out StatefulConnection<String, String>>>): Redis =
            Redis(
                suspend {
                    // of a copy: who gives up waiting ends the attempt for nobody else
                    when (val connection = connect.get().toCompletableFuture().copy().await()) {
                        is StatefulRedisConnection -> Connected(connection)
                        is StatefulRedisClusterConnection -> Connected(connection)
                        else -> throw IllegalArgumentException("no connection to one Redis or to a cluster")
                    }
                },
            )

        /** The very connection that its writes go over: `WAIT` asks about those alone. */
        private suspend fun nodeOf(
            connection: StatefulRedisClusterConnection<String, String>,
            key: String,
        ): RedisClusterAsyncCommands<String, String> {
            val node =
                connection.partitions.getPartitionBySlot(SlotHash.getSlot(key))
                    ?: throw RedisException("no node of the cluster has the slot")
            return connection.getConnectionAsync(node.uri.host, node.uri.port).await().async()
        }
    }
}
