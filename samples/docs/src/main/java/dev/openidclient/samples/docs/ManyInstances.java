package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncTokenStore;
import dev.openidclient.async.AsyncUserTokens;
import dev.openidclient.tokenstore.StoreKey;
import dev.openidclient.tokenstore.TokenCipher;
import java.time.Duration;
import java.util.Base64;

public final class ManyInstances {
    private final AsyncOpenIdClient client;

    public ManyInstances(AsyncOpenIdClient client) {
        this.client = client;
    }

    public AsyncUserTokens users(AsyncTokenStore ourStore) {
        // region store
        var key = new StoreKey("2026-11", Base64.getDecoder().decode(System.getenv("TOKEN_STORE_KEY")));

        var users = AsyncUserTokens.of(
                client,
                s -> s.store(AsyncTokenStore.toTokenStore(ourStore), TokenCipher.of(key)) // the same in all instances
                        .nearCopy(Duration.ofSeconds(5))); // so long may a sign-out elsewhere go unnoticed
        // endregion
        return users;
    }

    public TokenCipher afterTheChange(StoreKey newKey, StoreKey oldKey) {
        // region keys
        var cipher = TokenCipher.of(newKey, oldKey); // the first seals, all open
        // endregion
        return cipher;
    }
}
