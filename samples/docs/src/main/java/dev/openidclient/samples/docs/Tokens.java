package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncClientCredentialsTokens;
import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncExchangedTokens;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncTokenSource;
import dev.openidclient.async.AsyncUserTokens;
import dev.openidclient.error.WwwAuthenticateChallengeException;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.token.TokenResponse;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

public final class Tokens {
    private final AsyncOpenIdClient client;

    public Tokens(AsyncOpenIdClient client) {
        this.client = client;
    }

    public CompletableFuture<HttpResponse> ofService() {
        // region service
        var service = AsyncClientCredentialsTokens.of(client); // one for the program; close it at the end
        var orders = service.source(r -> r.scope("orders:read"));

        var answer = orders.token() // before each call
                .thenCompose(tokens -> client.resource("https://api.example.com/orders", tokens));
        // endregion
        return answer.whenComplete((done, failure) -> service.close());
    }

    public CompletableFuture<TokenResponse> ofUsers(String sessionId, TokenResponse issued) {
        // region users
        var users = AsyncUserTokens.of(client); // one for the program; close it at the end
        var kept = users.put(sessionId, issued); // after the sign-in

        var tokens = kept.thenCompose(done -> users.source(sessionId).token()); // in each request of this session
        var revoked = tokens.thenCompose(done -> users.revoke(sessionId)); // at the sign-out
        // endregion
        return revoked.thenCombine(tokens, (done, issuedHere) -> issuedHere)
                .whenComplete((done, failure) -> users.close());
    }

    public CompletableFuture<TokenResponse> onBehalf(String received, Instant receivedUntil) {
        // region on-behalf
        var stock = AsyncExchangedTokens.tokenExchange(client, s -> s.resource("https://stock.example.com"));
        var tokens = stock.source(received, receivedUntil).token();
        // endregion
        return tokens.whenComplete((done, failure) -> stock.close());
    }

    // region invalidate
    public CompletableFuture<HttpResponse> orders(AsyncTokenSource source) {
        return source.token()
                .thenCompose(tokens -> read(tokens).exceptionallyCompose(failure -> {
                    var cause = AsyncErrors.unwrap(failure);
                    if (!(cause instanceof WwwAuthenticateChallengeException e)
                            || !"invalid_token".equals(e.getError())) {
                        return CompletableFuture.failedFuture(cause);
                    }
                    source.invalidate(tokens);
                    return source.token().thenCompose(this::read); // once more, no oftener
                }));
    }

    private CompletableFuture<HttpResponse> read(TokenResponse tokens) {
        return client.resource("https://api.example.com/orders", tokens);
    }
    // endregion

    public TokenResponse stored(TokenResponse tokens) {
        // region store
        var text = tokens.encode(); // a secret: encrypt it where you keep it
        var again = TokenResponse.decode(text);
        // endregion
        return again;
    }
}
