package dev.openidclient.samples.springboot;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.token.TokenResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Service;

/** Calls an API in the application's own name. */
// region service
@Service
public class OrdersService {
    private static final Duration MARGIN = Duration.ofSeconds(30);

    private final AsyncOpenIdClient client;
    private final String url;
    private CompletableFuture<TokenResponse> tokens;

    OrdersService(AsyncOpenIdClient client, @Value("${orders.url}") String url) {
        this.client = client;
        this.url = url;
    }

    public String orders() {
        return tokens().thenCompose(issued -> client.resource(url, issued))
                .thenApply(HttpResponse::bodyText)
                .join();
    }

    /** One token for all callers, until it is about to end. */
    synchronized CompletableFuture<TokenResponse> tokens() {
        if (tokens == null || isOver(tokens)) {
            tokens = client.clientCredentialsGrant(request -> request.scope("orders:read"));
        }
        return tokens.copy(); // who cancels cancels for himself
    }

    /** After the API answered 401 to {@code refused}: the next call gets another one. */
    synchronized void forget(TokenResponse refused) {
        if (tokens != null && tokens.isDone() && !tokens.isCompletedExceptionally() && tokens.join() == refused) {
            tokens = null;
        }
    }

    private static boolean isOver(CompletableFuture<TokenResponse> tokens) {
        return tokens.isCompletedExceptionally()
                || (tokens.isDone() && tokens.join().isExpiring(MARGIN));
    }
}
// endregion
