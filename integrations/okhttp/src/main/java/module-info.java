/** An HTTP transport of openid-client on OkHttp. */
@SuppressWarnings({"requires-transitive-automatic", "requires-automatic"})
module dev.openidclient.okhttp {
    requires transitive dev.openidclient;
    requires transitive okhttp3;
    requires kotlinx.coroutines.core;
    requires okio;

    exports dev.openidclient.okhttp;
}
