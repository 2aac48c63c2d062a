package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.error.WwwAuthenticateChallengeException;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

public final class ProtectedResource {
    private ProtectedResource() {}

    /** Calls an API; where the token has ended before its time, it is refreshed, once, and stored. */
    public static CompletableFuture<String> orders(
            AsyncOpenIdClient client, String api, TokenResponse tokens, Consumer<TokenResponse> store) {
        return read(client, api, tokens).exceptionallyCompose(failure -> {
            Throwable cause = AsyncErrors.unwrap(failure);
            // insufficient_scope is no reason to refresh: the person has to agree to more
            if (!(cause instanceof WwwAuthenticateChallengeException refused)
                    || refused.getChallenges().stream().noneMatch(it -> "invalid_token".equals(it.getError()))
                    || tokens.getRefreshToken() == null) {
                return CompletableFuture.failedFuture(cause);
            }
            return client.refreshTokenGrant(tokens).thenCompose(refreshed -> {
                store.accept(refreshed);
                return read(client, api, refreshed);
            });
        });
    }

    private static CompletableFuture<String> read(AsyncOpenIdClient client, String api, TokenResponse tokens) {
        return client.resource(api, tokens, request -> request.header("accept", "application/json"))
                .thenApply(answer -> {
                    if (answer.getStatus() != 200) { // an error without a challenge is an answer like any other
                        throw new IllegalStateException("the API answered " + answer.getStatus());
                    }
                    return answer.bodyText();
                });
    }
}
