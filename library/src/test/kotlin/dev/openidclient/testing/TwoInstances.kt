package dev.openidclient.testing

import dev.openidclient.client.OpenIdClient
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.token.TokenResponse
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.tokenstore.Lease
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import java.time.Duration

private const val SECRET = "secret-of-the-app"

/** Tells what is about to be asked of [store]. */
class WatchedStore(
    private val store: TokenStore,
) : TokenStore by store {
    var beforeLease: () -> Unit = {}
    var beforeRenew: () -> Unit = {}
    var beforeCommit: () -> Unit = {}

    /** Of what was put last. */
    var id: String = ""
        private set

    override suspend fun put(
        id: String,
        value: String,
        lifetime: Duration,
    ) {
        this.id = id
        store.put(id, value, lifetime)
    }

    override suspend fun lease(
        id: String,
        version: Long,
        owner: String,
        duration: Duration,
    ): Lease {
        beforeLease()
        return store.lease(id, version, owner, duration)
    }

    override suspend fun renew(
        id: String,
        version: Long,
        owner: String,
        duration: Duration,
    ): Boolean {
        beforeRenew()
        return store.renew(id, version, owner, duration)
    }

    override suspend fun commit(
        id: String,
        version: Long,
        value: String,
        lifetime: Duration,
    ): Boolean {
        beforeCommit()
        return store.commit(id, version, value, lifetime)
    }
}

/** Two instances of a service, each with its own way to the same store, and a server that rotates refresh tokens. */
class TwoInstances(
    store: TokenStore,
    private val otherStore: TokenStore,
    /** A machine that is busy is no outage. */
    private val patience: Duration = Duration.ofSeconds(3),
    /** Another one for each two that share a store at the same time. */
    private val namespace: String = "",
) : AutoCloseable {
    val store = WatchedStore(store)
    val server =
        TestAuthorizationServer {
            client("app", SECRET)
            rotateRefreshTokens()
        }
    private val client =
        OpenIdClient(server.metadata, "app") {
            clientSecret(SECRET)
            transport = server
            timeout = Duration.ofSeconds(15)
        }
    private val instances = mutableListOf<UserTokens>()

    val one: UserTokens = instance(KEY, store = this.store)
    val other: UserTokens = instance(KEY)

    /** One more, with these keys. */
    fun instance(
        vararg keys: StoreKey,
        store: TokenStore = otherStore,
    ): UserTokens {
        val users =
            UserTokens(client) {
                store(store, TokenCipher.of(*keys))
                nearCopy = Duration.ZERO
                storeTimeout = patience
                namespace = this@TwoInstances.namespace
            }
        return users.also(instances::add)
    }

    /** A session "session" whose access token was refused, so that it has to be renewed. */
    suspend fun refused(): TokenResponse {
        val tokens = server.tokens()
        one.put("session", tokens)
        one.source("session").token()
        one.source("session").invalidate(tokens)
        return tokens
    }

    override fun close() {
        instances.forEach(UserTokens::close)
        client.close()
    }

    companion object {
        val KEY: StoreKey = key("2026-11")

        /** Another for each [id]. */
        fun key(id: String): StoreKey = StoreKey(id, ByteArray(32) { (it * 7 + id.hashCode()).toByte() })
    }
}
