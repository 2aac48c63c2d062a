package dev.openidclient.samples.scale

import com.zaxxer.hikari.HikariConfig
import com.zaxxer.hikari.HikariDataSource
import dev.openidclient.jdbc.JdbcTokenStore
import dev.openidclient.redis.RedisTokenStore
import dev.openidclient.tokenstore.Lease
import dev.openidclient.tokenstore.TokenStore
import io.lettuce.core.RedisClient
import io.lettuce.core.resource.ClientResources
import io.lettuce.core.resource.Delay
import java.time.Duration

/** The store at an [Engine]'s address, with what it is reached by. */
class OpenedStore(
    val store: TokenStore,
    private val end: () -> Unit,
) : AutoCloseable {
    override fun close() = end()

    companion object {
        private const val CONNECTIONS = 8
        private const val CONNECTION_MILLIS = 1_000L
        private val BETWEEN_CONNECTIONS: Duration = Duration.ofMillis(250)

        fun at(address: String): OpenedStore = if (address.startsWith("redis:")) redis(address) else jdbc(address)

        private fun redis(address: String): OpenedStore {
            val resources = ClientResources.builder().reconnectDelay(Delay.constant(BETWEEN_CONNECTIONS)).build()
            val client = RedisClient.create(resources, address)
            return OpenedStore(RedisTokenStore(client.connect())) {
                client.shutdown()
                resources.shutdown()
            }
        }

        private fun jdbc(address: String): OpenedStore {
            val pool =
                HikariConfig().apply {
                    jdbcUrl = address
                    maximumPoolSize = CONNECTIONS
                    connectionTimeout = CONNECTION_MILLIS
                }
            val source = HikariDataSource(pool)
            return OpenedStore(JdbcTokenStore(source, concurrency = CONNECTIONS), source::close)
        }
    }
}

/**
 * Tells [began] before a lease is asked for, and [ended] when there is none or no more: whoever kills this process knows
 * which sessions it may have been refreshing.
 */
class WatchedStore(
    private val store: TokenStore,
    private val began: (id: String) -> Unit,
    private val ended: (id: String) -> Unit,
) : TokenStore by store {
    override suspend fun lease(
        id: String,
        version: Long,
        owner: String,
        duration: Duration,
    ): Lease {
        began(id)
        return store.lease(id, version, owner, duration).also { if (it !is Lease.Acquired) ended(id) }
    }

    override suspend fun commit(
        id: String,
        version: Long,
        value: String,
        lifetime: Duration,
    ): Boolean = store.commit(id, version, value, lifetime).also { ended(id) }

    override suspend fun release(
        id: String,
        version: Long,
        owner: String,
    ) {
        store.release(id, version, owner)
        ended(id)
    }

    override suspend fun remove(id: String) {
        store.remove(id)
        ended(id)
    }
}

/** Gives the lease to everybody who asks: what a store without leases amounts to. */
class StoreWithoutLeases(
    private val store: TokenStore,
) : TokenStore by store {
    override suspend fun lease(
        id: String,
        version: Long,
        owner: String,
        duration: Duration,
    ): Lease = Lease.Acquired(abandoned = false)

    override suspend fun renew(
        id: String,
        version: Long,
        owner: String,
        duration: Duration,
    ): Boolean = true
}
