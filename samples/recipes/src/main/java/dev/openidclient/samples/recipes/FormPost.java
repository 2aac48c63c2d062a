package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;

public final class FormPost {
    private FormPost() {}

    /** Keeps the code out of the URL, and so out of logs and of the browser's history. */
    public static AuthorizationRequest begin(AsyncOpenIdClient client) {
        return client.authorizationRequest(request -> request.redirectUri("https://rp.example.com/callback")
                .scope("openid", "email")
                .responseMode("form_post"));
    }

    /**
     * {@code POST /callback}, with the body as it came. The POST comes from the server's page: a session cookie that is
     * {@code SameSite=Lax} stays at home, so the one with {@code pending} has to be {@code SameSite=None; Secure;
     * HttpOnly}.
     */
    public static CompletableFuture<TokenResponse> finish(
            AsyncOpenIdClient client, String url, String body, String pending) {
        return client.authorizationCodeGrant(
                AuthorizationCallback.formPost(url, body), PendingAuthorization.decode(pending));
    }
}
