package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;

public final class ClientCredentials {
    private ClientCredentials() {}

    /** A service that acts for itself, not for a person: no browser, no ID Token, no refresh token. */
    public static CompletableFuture<TokenResponse> serviceTokens(AsyncOpenIdClient client, String api) {
        return client.clientCredentialsGrant(request -> request.scope("orders:read")
                .resource(api)); // where the token is to be used (RFC 8707); leave it out where the server has none
    }
}
