package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;

public final class TokenExchange {
    private TokenExchange() {}

    /**
     * An API that calls another one for the same person: it exchanges the token that it was given for one with less in
     * it, and never passes on its own.
     */
    public static CompletableFuture<TokenResponse> tokenForNextApi(AsyncOpenIdClient client, String receivedToken) {
        // where the server knows the next API by a name: request.parameter("audience", "orders")
        return client.tokenExchangeGrant(receivedToken, request -> request.scope("orders:read"));
    }
}
