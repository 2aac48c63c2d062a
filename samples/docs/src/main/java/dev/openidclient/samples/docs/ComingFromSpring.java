package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncClientCredentialsTokens;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncTokenSource;
import dev.openidclient.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

/** The Java blocks of docs/coming-from-spring.md. */
final class ComingFromSpring {
    private ComingFromSpring() {}

    // region spring
    static final class OrdersClient {
        private final AsyncOpenIdClient client;
        private final AsyncTokenSource tokens;

        OrdersClient(AsyncOpenIdClient client, AsyncClientCredentialsTokens service) { // both one for the application
            this.client = client;
            this.tokens = service.source(r -> r.scope("orders:read"));
        }

        CompletableFuture<HttpResponse> orders() {
            return tokens.token().thenCompose(t -> client.resource("https://api.example.com/orders", t));
        }
    }
    // endregion
}
