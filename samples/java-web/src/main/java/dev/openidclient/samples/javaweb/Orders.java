package dev.openidclient.samples.javaweb;

import dev.openidclient.async.AsyncHttpTransport;
import dev.openidclient.http.HttpEngine;
import dev.openidclient.http.HttpRequest;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.http.KtorTransport;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The protected API that the access token is for. */
final class Orders implements AutoCloseable {
    private final String url;
    private final KtorTransport engine = new KtorTransport(HttpEngine.AUTOMATIC);
    private final AsyncHttpTransport transport = AsyncHttpTransport.from(engine);

    Orders(String url) {
        this.url = url;
    }

    String url() {
        return url;
    }

    /** Follows no redirect: the access token goes to the API and nowhere else. */
    CompletableFuture<HttpResponse> read(TokenResponse tokens) {
        HttpRequest request =
                new HttpRequest("GET", url).withHeader("authorization", "Bearer " + tokens.getAccessToken());
        return transport.send(request).toCompletableFuture().orTimeout(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        engine.close();
    }
}
