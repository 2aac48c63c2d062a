package dev.openidclient.redis

import dev.openidclient.tokenstore.Lease
import dev.openidclient.tokenstore.StoredEntry
import dev.openidclient.tokenstore.TokenStore
import io.lettuce.core.api.StatefulConnection
import io.lettuce.core.api.StatefulRedisConnection
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection
import java.io.IOException
import java.time.Duration
import java.util.concurrent.CompletionStage
import java.util.function.Supplier

/**
 * A [TokenStore] in Redis 6.2 and later or Valkey 7.2 and later, alone or as a cluster. An entry is one hash under
 * `openid:<id>`, which ends by itself; each function is one script, by the clock of Redis. No thread waits for it.
 * The page `docs/many-instances.md` shows where it is used.
 *
 * The connection may be used for anything else too, and stays open: who made it closes it. The codec is that of text in
 * UTF-8. The `maxmemory-policy` of Redis must be `noeviction` or one of `volatile-…` with memory enough, as an
 * entry that is evicted is a user who signs in again.
 *
 * Functions throw [IOException], whose message has the error code of Redis at the most.
 */
public class RedisTokenStore private constructor(
    private val redis: Redis,
    private val replicas: Replicas?,
) : TokenStore {
    /** In one Redis, with replicas or without. */
    public constructor(connection: StatefulRedisConnection<String, String>) : this(Redis(connection), null)

    /** In a cluster, of which each entry is on one node. */
    public constructor(connection: StatefulRedisClusterConnection<String, String>) : this(Redis(connection), null)

    private class Replicas(
        val count: Int,
        val timeout: Duration,
    )

    /**
     * The same store, which waits after each [commit] until [count] replicas have it, or [timeout] is over: a replica
     * that takes over then knows the new refresh token. The commit counts in both cases.
     *
     * All commands of the connection wait as well: give this store one of its own. Keep [timeout] well below
     * `storeTimeout`. Throws [IllegalArgumentException] where one of them is not positive.
     */
    public fun waitForReplicas(
        count: Int,
        timeout: Duration,
    ): RedisTokenStore {
        require(count > 0) { "count must be positive, but is $count" }
        requirePositive("timeout", timeout)
        return RedisTokenStore(redis, Replicas(count, timeout))
    }

    override suspend fun load(id: String): StoredEntry? {
        val entry = redis.texts("read", Scripts.LOAD, keyOf(id))
        return if (entry.isEmpty()) null else StoredEntry(entry[0].toLong(), entry[1])
    }

    override suspend fun put(
        id: String,
        value: String,
        lifetime: Duration,
    ) {
        requirePositive("lifetime", lifetime)
        redis.isDone("written", Scripts.PUT, keyOf(id), value, shown(lifetime))
    }

    override suspend fun lease(
        id: String,
        version: Long,
        owner: String,
        duration: Duration,
    ): Lease {
        requirePositive("duration", duration)
        val (outcome, remaining) =
            redis.numbers("leased", Scripts.LEASE, keyOf(id), version.toString(), owner, shown(duration))
        return when (outcome) {
            Scripts.GONE -> Lease.Gone
            Scripts.CHANGED -> Lease.Changed
            Scripts.HELD -> Lease.Held(Duration.ofMillis(remaining))
            else -> Lease.Acquired(abandoned = outcome == Scripts.ABANDONED)
        }
    }

    override suspend fun renew(
        id: String,
        version: Long,
        owner: String,
        duration: Duration,
    ): Boolean {
        requirePositive("duration", duration)
        return redis.isDone("leased", Scripts.RENEW, keyOf(id), version.toString(), owner, shown(duration))
    }

    override suspend fun commit(
        id: String,
        version: Long,
        value: String,
        lifetime: Duration,
    ): Boolean {
        require(!lifetime.isNegative) { "lifetime must not be negative, but is $lifetime" }
        val key = keyOf(id)
        val isCommitted = redis.isDone("written", Scripts.COMMIT, key, version.toString(), value, shown(lifetime))
        if (isCommitted && replicas != null) redis.waitForReplicas(key, replicas.count, replicas.timeout)
        return isCommitted
    }

    override suspend fun release(
        id: String,
        version: Long,
        owner: String,
    ) {
        redis.isDone("released", Scripts.RELEASE, keyOf(id), version.toString(), owner)
    }

    override suspend fun remove(id: String) {
        redis.isDone("removed", Scripts.REMOVE, keyOf(id))
    }

    override suspend fun take(id: String): String? = redis.texts("taken", Scripts.TAKE, keyOf(id)).firstOrNull()

    override fun toString(): String =
        if (replicas == null) "RedisTokenStore" else "RedisTokenStore(waits for ${replicas.count} replicas)"

    public companion object {
        /**
         * In the Redis, or the cluster, to which [connect] connects: a program starts while it is away. [connect] is
         * asked at each call and must not block; once there is a connection it brings that one. Its stage fails with an
         * exception of Lettuce's, which counts as an outage.
         */
        @JvmStatic
        public fun connecting(
            connect: Supplier<out CompletionStage<out StatefulConnection<String, String>>>,
        ): RedisTokenStore = RedisTokenStore(Redis.connecting(connect), null)

        private fun keyOf(id: String): String = "openid:$id"

        private fun shown(duration: Duration): String = millis(duration).toString()
    }
}
