package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncExchangedTokens;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.token.TokenResponse;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

public final class OnBehalfOf {
    private OnBehalfOf() {}

    /** By token exchange (RFC 8693). One for the program and the API that is called; close it before the client. */
    public static AsyncExchangedTokens stockTokens(AsyncOpenIdClient client) {
        return AsyncExchangedTokens.tokenExchange(
                client, s -> s.audience("stock").scope("stock:read"));
    }

    /** By the JWT bearer grant, as Entra ID wants it. */
    public static AsyncExchangedTokens entraStockTokens(AsyncOpenIdClient client) {
        return AsyncExchangedTokens.jwtBearer(
                client, s -> s.parameter("requested_token_use", "on_behalf_of").scope("api://stock/.default"));
    }

    /** For whoever sent {@code received}, whose end your check of it has found; exchanged once, while it lives. */
    public static CompletableFuture<TokenResponse> tokens(
            AsyncExchangedTokens stock, String received, Instant receivedUntil) {
        return stock.source(received, receivedUntil).token();
    }
}
