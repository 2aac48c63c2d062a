package dev.openidclient.signin

import dev.openidclient.jose.Jca
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import kotlinx.coroutines.awaitCancellation
import java.io.IOException
import java.time.Clock
import java.time.Duration

fun storeKey(id: String = "2026-11") = StoreKey(id, Jca.randomBytes(32))

/** A store that shows what it has, lets it be changed, and fails or hangs on demand. */
class WatchedStore(
    clock: Clock = Clock.systemUTC(),
    private val store: TokenStore = InMemoryTokenStore(clock = clock),
) : TokenStore by store {
    val values = LinkedHashMap<String, String>()
    val lifetimes = mutableListOf<Duration>()
    var takes = 0
    var isDown = false
    var hangs = false

    /** What is read in place of what was written. */
    var changed: (value: String) -> String = { it }

    override suspend fun put(
        id: String,
        value: String,
        lifetime: Duration,
    ) {
        answering()
        values[id] = value
        lifetimes += lifetime
        store.put(id, value, lifetime)
    }

    override suspend fun take(id: String): String? {
        takes++
        answering()
        return store.take(id)?.let(changed)
    }

    private suspend fun answering() {
        if (isDown) throw IOException("very-secret: ${values.values}")
        if (hangs) awaitCancellation()
    }
}

/** Its texts are all alike, so that each opens what any other sealed: what it throws is its own. */
class ChattyCipher : TokenCipher {
    override suspend fun seal(
        id: String,
        plaintext: String,
    ): String = "sealed"

    override suspend fun open(
        id: String,
        sealed: String,
    ): String = throw IllegalArgumentException("very-secret: $sealed")
}
