package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.error.Reached;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.error.TransportException;
import dev.openidclient.error.ValidationException;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.token.TokenType;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

public final class Tokens {
    private final AsyncOpenIdClient client;

    public Tokens(AsyncOpenIdClient client) {
        this.client = client;
    }

    // region refresh
    /** Empty: the person has to sign in again. */
    public CompletableFuture<Optional<TokenResponse>> refreshed(TokenResponse earlier) {
        return client.refreshTokenGrant(earlier) // store it in place of the earlier ones, all of it
                .thenApply(Optional::of)
                .exceptionallyCompose(failure -> afterFailure(AsyncErrors.unwrap(failure)));
    }

    private CompletableFuture<Optional<TokenResponse>> afterFailure(Throwable failure) {
        if (failure instanceof ResponseBodyException e && e.getError().equals("invalid_grant")) {
            return CompletableFuture.completedFuture(Optional.empty()); // expired, revoked, or used before
        }
        if (failure instanceof TransportException e && e.getReached() != Reached.NO) {
            // the server may have taken the refresh token and given another, which was lost
            return CompletableFuture.completedFuture(Optional.empty());
        }
        if (failure instanceof ValidationException e) {
            var issued = e.getUnacceptedTokens(); // not to be trusted: revoked, where that is possible
            var revoked = issued == null || issued.getRefreshToken() == null
                    ? CompletableFuture.<Void>completedFuture(null)
                    : client.revoke(issued.getRefreshToken()).exceptionally(unrevoked -> null);
            return revoked.thenApply(done -> Optional.empty());
        }
        return CompletableFuture.failedFuture(failure); // as where nothing was used up: try again later
    }
    // endregion

    public CompletableFuture<Void> signOut(TokenResponse tokens) {
        // region revoke
        var refreshToken = tokens.getRefreshToken();
        CompletableFuture<Void> first = refreshToken == null // this one first
                ? CompletableFuture.completedFuture(null)
                : client.revoke(refreshToken, r -> r.tokenTypeHint("refresh_token"));
        var both =
                first.thenCompose(done -> client.revoke(tokens.getAccessToken(), r -> r.tokenTypeHint("access_token")));
        // endregion
        return both;
    }

    public CompletableFuture<Boolean> isAccepted(String token) {
        // region introspect
        var isAccepted = client.introspect(token, r -> r.tokenTypeHint("access_token"))
                .thenApply(answer -> answer.isActive()
                        && answer.getScope() != null
                        && List.of(answer.getScope().split(" ")).contains("orders:read"));
        // endregion
        return isAccepted;
    }

    public CompletableFuture<TokenResponse> exchanged(String received) {
        // region exchange
        var tokens = client.tokenExchangeGrant(
                received,
                TokenType.ACCESS_TOKEN,
                r -> r.scope("stock:read") // less than the token that came
                        .resource("https://stock.example.com")); // or parameter("audience", "stock")
        // endregion
        return tokens;
    }

    public CompletableFuture<TokenResponse> asserted(String jwt, String saml) {
        // region assertions
        var forJwt = client.jwtBearerGrant(jwt, r -> r.scope("orders:read"));
        var forSaml = client.samlBearerGrant(saml, r -> r.scope("orders:read")); // the XML: it is encoded here
        // endregion
        return forJwt.thenCombine(forSaml, (a, b) -> a);
    }
}
