package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncHttpTransport;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.http.HttpEngine;
import dev.openidclient.http.KtorTransport;
import dev.openidclient.okhttp.OkHttpTransport;
import io.ktor.client.HttpClient;
import java.util.concurrent.CompletableFuture;
import okhttp3.OkHttpClient;

public final class HttpTransports {
    private HttpTransports() {}

    /** An engine that comes with the library, but is not the default here: the JDK's is. */
    public static CompletableFuture<AsyncOpenIdClient> onCio(String issuer, String clientId) {
        return AsyncOpenIdClient.discover(issuer, clientId, settings -> settings.engine(HttpEngine.CIO));
    }

    /** The application's own OkHttp, with its proxy, TLS and interceptors: the artifact {@code openid-client-okhttp}. */
    public static CompletableFuture<AsyncOpenIdClient> onOkHttp(String issuer, String clientId, OkHttpClient http) {
        return AsyncOpenIdClient.discover(issuer, clientId, settings -> settings.transport(new OkHttpTransport(http)));
    }

    /** The application's own Ktor client, with its proxy, TLS and plugins. It is not closed with the OpenID client. */
    public static CompletableFuture<AsyncOpenIdClient> onKtor(String issuer, String clientId, HttpClient http) {
        return AsyncOpenIdClient.discover(issuer, clientId, settings -> settings.transport(new KtorTransport(http)));
    }

    /**
     * Another transport wrapped, to add a header to each request. Do not send one again: an authorization code is taken
     * once, and so is a refresh token.
     */
    public static CompletableFuture<AsyncOpenIdClient> withHeader(
            String issuer, String clientId, HttpClient http, String tenant) {
        var inner = AsyncHttpTransport.from(new KtorTransport(http));
        AsyncHttpTransport outer = request -> inner.send(request.withHeader("x-tenant", tenant));
        return AsyncOpenIdClient.discover(
                issuer, clientId, settings -> settings.transport(AsyncHttpTransport.toTransport(outer)));
    }
}
