package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncClientCredentialsTokens;
import dev.openidclient.async.AsyncExchangedTokens;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncTokenSource;
import dev.openidclient.async.AsyncTokenStore;
import dev.openidclient.async.AsyncUserTokens;
import dev.openidclient.tokenstore.StoreKey;
import dev.openidclient.tokenstore.TokenCipher;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

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

    public List<AsyncTokenSource> service(
            AsyncTokenStore ourStore, TokenCipher cipher, String incomingToken, Instant endOfIncomingToken) {
        // region service
        var store = AsyncTokenStore.toTokenStore(ourStore);
        var service = AsyncClientCredentialsTokens.of(client, s -> s.store(store, cipher));
        var orders = service.source(r -> r.scope("orders:read")); // one request for all instances

        var downstream = AsyncExchangedTokens.tokenExchange(
                client, s -> s.store(store, cipher).audience("billing"));
        var onBehalf = downstream.source(incomingToken, endOfIncomingToken);
        // endregion
        return List.of(orders, onBehalf);
    }

    public TokenCipher afterTheChange(StoreKey newKey, StoreKey oldKey) {
        // region keys
        var cipher = TokenCipher.of(newKey, oldKey); // the first seals, all open
        // endregion
        return cipher;
    }
}
