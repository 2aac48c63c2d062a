package dev.openidclient.samples.docs.integrations;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncUserTokens;
import dev.openidclient.redis.RedisTokenStore;
import dev.openidclient.tokenstore.StoreKey;
import dev.openidclient.tokenstore.TokenCipher;
import io.lettuce.core.RedisClient;

/** The Java blocks of integrations/redis/README.md. */
public final class Redis {
    private Redis() {}

    public static AsyncUserTokens users(AsyncOpenIdClient client, StoreKey key) {
        // region store
        var redis = RedisClient.create("rediss://redis.internal:6379").connect(); // yours to close, at the end
        var users = AsyncUserTokens.of(client, s -> s.store(new RedisTokenStore(redis), TokenCipher.of(key)));
        // endregion
        return users;
    }
}
