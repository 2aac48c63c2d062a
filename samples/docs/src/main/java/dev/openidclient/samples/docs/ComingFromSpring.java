package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.token.TokenResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The Java blocks of docs/coming-from-spring.md. */
final class ComingFromSpring {
    private ComingFromSpring() {}

    // region spring
    static final class OrdersClient {
        private final AsyncOpenIdClient client;
        private CompletableFuture<TokenResponse> tokens;

        OrdersClient(AsyncOpenIdClient client) {
            this.client = client;
        }

        CompletableFuture<HttpResponse> orders() {
            return tokens().thenCompose(t -> client.resource("https://api.example.com/orders", t));
        }

        /** The token that is there, until half a minute before it expires; one request for all who wait. */
        private synchronized CompletableFuture<TokenResponse> tokens() {
            if (tokens == null || tokens.isCompletedExceptionally() || isExpiring(tokens)) {
                tokens = client.clientCredentialsGrant(r -> r.scope("orders:read"));
            }
            return tokens;
        }

        private static boolean isExpiring(CompletableFuture<TokenResponse> tokens) {
            return tokens.isDone() && tokens.join().isExpiring(Duration.ofSeconds(30));
        }
    }
    // endregion
}
