package dev.openidclient.redis

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.lettuce.core.Range
import io.lettuce.core.RedisClient
import io.lettuce.core.api.sync.RedisCommands
import io.lettuce.core.cluster.RedisClusterClient
import kotlinx.coroutines.delay
import kotlinx.coroutines.withTimeout
import java.time.Duration

private val MINUTE = Duration.ofMinutes(1)
private const val SLOTS = 16_384
private const val PATIENCE_MILLIS = 60_000L

/** Three nodes that share the slots, and a replica of the first. */
private class Cluster : AutoCloseable {
    private val servers = List(4) { RedisServer("--cluster-enabled", "yes", "--cluster-node-timeout", "60000") }
    private val nodes = servers.dropLast(1)
    val replica = servers.last()
    private val clients = servers.map { RedisClient.create(it.uri) }
    private val commands: List<RedisCommands<String, String>> = clients.map { it.connect().sync() }

    suspend fun form(): RedisClusterClient {
        for ((index, each) in commands.dropLast(1).withIndex()) {
            each.clusterAddSlotsRange(Range.create(index * SLOTS / 3, (index + 1) * SLOTS / 3 - 1))
        }
        servers.drop(1).forEach { commands.first().clusterMeet("127.0.0.1", it.port) }
        until { commands.all { "cluster_known_nodes:4" in it.clusterInfo() && "cluster_state:ok" in it.clusterInfo() } }
        commands.last().clusterReplicate(commands.first().clusterMyId())
        until { "master_link_status:up" in commands.last().info("replication") }
        until { commands.all { "slave" in it.clusterNodes() } }
        return RedisClusterClient.create(servers.first().uri)
    }

    private suspend fun until(isSo: () -> Boolean) = withTimeout(PATIENCE_MILLIS) { while (!isSo()) delay(50) }

    fun entries(): List<Long> = commands.dropLast(1).map { it.dbsize() }

    fun flushScripts() = nodes.indices.forEach { commands[it].scriptFlush() }

    /** The first id of which the entry is on the node that has a replica. */
    fun idOfFirst(): String =
        generateSequence(0) { it + 1 }
            .map { "first-$it" }
            .first { commands.first().clusterKeyslot("openid:$it") < SLOTS / 3 }

    override fun close() {
        clients.forEach { it.shutdown() }
        servers.forEach { it.close() }
    }
}

@EnabledIf(RedisAvailable::class)
class RedisClusterIntegrationSpec :
    FunSpec({
        val cluster by lazy { Cluster() }
        lateinit var client: RedisClusterClient
        val connection by lazy { client.connect() }

        beforeSpec { client = cluster.form() }
        afterSpec {
            client.shutdown()
            cluster.close()
        }

        contractTests({ RedisTokenStore(connection) }, { RedisReplayCache(connection) })

        test("entries are on all nodes, each on that of its slot") {
            val store = RedisTokenStore(connection)
            repeat(100) { store.put("slot-$it", "value-$it", MINUTE) }
            cluster.entries().forEach { it shouldBeGreaterThan 10 }
            repeat(100) { store.take("slot-$it") shouldBe "value-$it" }
        }

        test("scripts that the nodes have forgotten are sent to each again") {
            val store = RedisTokenStore(connection)
            repeat(20) { store.put("flushed-$it", "value-$it", MINUTE) }
            cluster.flushScripts()
            repeat(20) { store.load("flushed-$it")?.value shouldBe "value-$it" }
        }

        test("a commit waits for the replicas of its own node, over the connection that it was sent over") {
            val id = cluster.idOfFirst()
            val store = RedisTokenStore(connection).waitForReplicas(1, Duration.ofMillis(800))
            store.put(id, "one", MINUTE)
            val version = store.load(id).shouldNotBeNull().version
            store.commit(id, version, "two", MINUTE) shouldBe true
            cluster.replica.freeze()
            val begin = System.nanoTime()
            store.commit(id, version + 1, "three", MINUTE) shouldBe true
            cluster.replica.thaw()
            // a connection that has written nothing would not wait
            Duration.ofNanos(System.nanoTime() - begin).toMillis() shouldBeGreaterThan 700
        }
    })
