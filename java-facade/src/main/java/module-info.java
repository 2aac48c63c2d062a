/** OAuth 2 and OpenID Connect client for Java, on {@link java.util.concurrent.CompletableFuture}. */
module dev.openidclient.async {
    requires transitive dev.openidclient;
    requires transitive java.net.http;
    requires kotlin.stdlib;
    requires kotlinx.coroutines.core;
    requires static transitive org.jspecify;

    exports dev.openidclient.async;
}
