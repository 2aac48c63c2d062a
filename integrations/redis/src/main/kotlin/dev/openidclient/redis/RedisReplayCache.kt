package dev.openidclient.redis

import dev.openidclient.tokenstore.ReplayCache
import io.lettuce.core.api.StatefulConnection
import io.lettuce.core.api.StatefulRedisConnection
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection
import java.io.IOException
import java.time.Clock
import java.time.Duration
import java.time.Instant
import java.util.UUID
import java.util.concurrent.CompletionStage
import java.util.function.Supplier

/**
 * A [ReplayCache] in Redis or Valkey, alone or as a cluster, for all instances of a service: under
 * `openid:replay:<key>`, for what is left until then by the clock of this process. The connection stays open: who made
 * it closes it.
 *
 * Redis that evicts keys (`maxmemory-policy` other than `noeviction`), or loses its last second in a failover, may
 * forget one too early. Functions throw [IOException], whose message has the error code of Redis at the most.
 */
public class RedisReplayCache private constructor(
    private val redis: Redis,
    private val clock: Clock,
) : ReplayCache {
    /** In one Redis. */
    @JvmOverloads
    public constructor(
        connection: StatefulRedisConnection<String, String>,
        clock: Clock = Clock.systemUTC(),
    ) : this(Redis(connection), clock)

    /** In a cluster. */
    @JvmOverloads
    public constructor(
        connection: StatefulRedisClusterConnection<String, String>,
        clock: Clock = Clock.systemUTC(),
    ) : this(Redis(connection), clock)

    override suspend fun register(
        key: String,
        until: Instant,
    ): Boolean {
        val now = clock.instant()
        if (until <= now) return true
        val left = millis(Duration.between(now, until)).toString()
        return redis.isDone("remembered", Scripts.REGISTER, "openid:replay:$key", UUID.randomUUID().toString(), left)
    }

    override fun toString(): String = "RedisReplayCache"

    public companion object {
        /** In the Redis, or the cluster, to which [connect] connects: as [RedisTokenStore.connecting]. */
        @JvmStatic
        public fun connecting(
            connect: Supplier<out CompletionStage<out StatefulConnection<String, String>>>,
        ): RedisReplayCache = RedisReplayCache(Redis.connecting(connect), Clock.systemUTC())
    }
}
