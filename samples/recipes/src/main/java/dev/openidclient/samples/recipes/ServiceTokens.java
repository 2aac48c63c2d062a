package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncClientCredentialsTokens;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncTokenSource;
import dev.openidclient.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

public final class ServiceTokens {
    private ServiceTokens() {}

    /** One for the program, beside the client; close it before the client. */
    public static AsyncClientCredentialsTokens serviceTokens(AsyncOpenIdClient client) {
        return AsyncClientCredentialsTokens.of(
                client,
                settings -> settings.name("orders") // what log lines and listeners call it
                        .keepFresh()); // renews also where nobody asks for a while
    }

    /** What to ask before each call; make it once. */
    public static AsyncTokenSource ordersTokens(AsyncClientCredentialsTokens service) {
        return service.source(request -> request.scope("orders:read"));
    }

    /** A usable token comes at once, or one request brings it for all who wait. */
    public static CompletableFuture<String> call(AsyncOpenIdClient client, AsyncTokenSource tokens, String url) {
        return tokens.token()
                .thenCompose(usable -> client.resource(url, usable))
                .thenApply(HttpResponse::bodyText);
    }
}
