package dev.openidclient.samples.docs.integrations

import dev.openidclient.client.OpenIdClient
import dev.openidclient.redis.RedisTokenStore
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.TokenCipher
import io.lettuce.core.RedisClient

fun usersInRedis(
    client: OpenIdClient,
    key: StoreKey,
): UserTokens {
    // region store
    val redis = RedisClient.create("rediss://redis.internal:6379").connect() // yours to close, at the end
    val users =
        UserTokens(client) {
            store(RedisTokenStore(redis), TokenCipher.of(key)) // the same key in all instances
        }
    // endregion
    return users
}
