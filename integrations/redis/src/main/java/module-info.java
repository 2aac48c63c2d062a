/** Stores of openid-client in Redis, over Lettuce. */
@SuppressWarnings({"requires-transitive-automatic", "requires-automatic"})
module dev.openidclient.redis {
    requires transitive dev.openidclient;
    requires transitive lettuce.core;
    requires kotlinx.coroutines.core;

    exports dev.openidclient.redis;
}
