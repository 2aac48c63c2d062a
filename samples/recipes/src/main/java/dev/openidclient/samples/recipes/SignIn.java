package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;

public final class SignIn {
    private SignIn() {}

    /**
     * {@code GET /login}: keep {@code getPending().encode()} in the person's session, then redirect the browser to
     * {@code getUrl()}.
     */
    public static AuthorizationRequest begin(AsyncOpenIdClient client) {
        return client.authorizationRequest(request -> request // PKCE, state and nonce are made inside
                .redirectUri("https://rp.example.com/callback") // exactly as it is registered
                .scope("openid", "email"));
    }

    /**
     * {@code GET /callback}: {@code callbackUrl} with its query, as the browser asked for it. {@code pending} is what
     * the session had: remove it there first, so that no callback is taken twice.
     */
    public static CompletableFuture<TokenResponse> finish(
            AsyncOpenIdClient client, String callbackUrl, String pending) {
        return client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending));
    }
}
