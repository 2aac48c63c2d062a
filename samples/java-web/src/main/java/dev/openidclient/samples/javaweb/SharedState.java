package dev.openidclient.samples.javaweb;

import dev.openidclient.tokenstore.InMemoryReplayCache;
import dev.openidclient.tokenstore.InMemoryTokenStore;
import dev.openidclient.tokenstore.ReplayCache;
import dev.openidclient.tokenstore.StoreKey;
import dev.openidclient.tokenstore.TokenCipher;
import dev.openidclient.tokenstore.TokenStore;
import java.security.SecureRandom;
import java.time.Clock;

/**
 * What all instances of the application have in common: who has begun a sign-in, and who is signed in. In several
 * processes {@code store} and {@code replays} are a database's, and {@code cipher} has a key that all of them know.
 */
record SharedState(TokenStore store, TokenCipher cipher, ReplayCache replays) {
    /** In the memory of this process. */
    static SharedState inMemory(Clock clock) {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return new SharedState(
                new InMemoryTokenStore(InMemoryTokenStore.DEFAULT_MAXIMUM_ENTRIES, clock),
                TokenCipher.of(new StoreKey("of-this-process", key)),
                new InMemoryReplayCache(InMemoryReplayCache.DEFAULT_MAXIMUM_ENTRIES, clock));
    }
}
