package dev.openidclient.samples.kotlinweb

import dev.openidclient.tokenstore.InMemoryReplayCache
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.ReplayCache
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import java.security.SecureRandom
import java.time.Clock

/**
 * What all instances of the application have in common: who has begun a sign-in, and who is signed in. In several
 * processes [store] and [replays] are a database's, and [cipher] has a key that all of them know.
 */
class SharedState(
    val store: TokenStore,
    val cipher: TokenCipher,
    val replays: ReplayCache,
) {
    companion object {
        /** In the memory of this process. */
        fun inMemory(clock: Clock): SharedState {
            val key = StoreKey("of-this-process", ByteArray(32).also(SecureRandom()::nextBytes))
            return SharedState(
                InMemoryTokenStore(clock = clock),
                TokenCipher.of(key),
                InMemoryReplayCache(clock = clock),
            )
        }
    }
}
