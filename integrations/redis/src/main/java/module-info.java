/** Stores of openid-client in Redis, over Lettuce. */
@SuppressWarnings({"requires-transitive-automatic", "requires-automatic"})
module dev.openidclient.redis {
    requires transitive dev.openidclient;
    requires transitive lettuce.core;
    requires kotlinx.coroutines.core;
    // what Lettuce needs: an automatic module brings in no module that is none
    requires io.netty.handler;
    requires io.netty.resolver.dns;

    exports dev.openidclient.redis;
}
