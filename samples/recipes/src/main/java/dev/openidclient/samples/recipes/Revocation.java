package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;

public final class Revocation {
    private Revocation() {}

    /** When a person leaves. The refresh token first, and with most servers it takes its access tokens along. */
    public static CompletableFuture<Void> revokeAll(AsyncOpenIdClient client, TokenResponse tokens) {
        CompletableFuture<?> first = tokens.getRefreshToken() == null
                ? CompletableFuture.completedFuture(null)
                : client.revoke(tokens.getRefreshToken(), request -> request.tokenTypeHint("refresh_token"));
        // A token that is unknown or revoked already is no error. An API that reads JWTs may take one till it expires.
        return first.thenCompose(done ->
                        client.revoke(tokens.getAccessToken(), request -> request.tokenTypeHint("access_token")))
                .thenAccept(done -> {});
    }
}
