package dev.openidclient.tokensource

import dev.openidclient.tokenstore.Lease
import dev.openidclient.tokenstore.StoredEntry
import dev.openidclient.tokenstore.TokenStore
import kotlinx.coroutines.CompletableDeferred
import java.io.IOException
import java.time.Duration

/** Tells what [store] is asked, and fails or hangs where it is told to. */
internal class ObservedStore(
    private val store: TokenStore,
) : TokenStore {
    /** The names of the functions that were called, in this order. */
    val calls = mutableListOf<String>()

    /** What is written under which id, also where it has been removed since. */
    val values = LinkedHashMap<String, String>()

    val lifetimes = mutableListOf<Duration>()

    /** The names of the functions that fail. */
    var failing: Set<String> = emptySet()

    /** The names of the functions that never answer. */
    var hanging: Set<String> = emptySet()

    private suspend fun called(name: String) {
        calls += name
        if (name in hanging) CompletableDeferred<Unit>().await()
        if (name in failing) throw IOException("very-secret-value")
    }

    override suspend fun load(id: String): StoredEntry? = called("load").let { store.load(id) }

    override suspend fun put(
        id: String,
        value: String,
        lifetime: Duration,
    ) {
        called("put")
        store.put(id, value, lifetime)
        values[id] = value
        lifetimes += lifetime
    }

    override suspend fun lease(
        id: String,
        version: Long,
        owner: String,
        duration: Duration,
    ): Lease = called("lease").let { store.lease(id, version, owner, duration) }

    override suspend fun renew(
        id: String,
        version: Long,
        owner: String,
        duration: Duration,
    ): Boolean = called("renew").let { store.renew(id, version, owner, duration) }

    override suspend fun commit(
        id: String,
        version: Long,
        value: String,
        lifetime: Duration,
    ): Boolean {
        called("commit")
        lifetimes += lifetime
        return store.commit(id, version, value, lifetime).also { if (it) values[id] = value }
    }

    override suspend fun release(
        id: String,
        version: Long,
        owner: String,
    ) = called("release").let { store.release(id, version, owner) }

    override suspend fun remove(id: String) = called("remove").let { store.remove(id) }

    override suspend fun take(id: String): String? = called("take").let { store.take(id) }
}
