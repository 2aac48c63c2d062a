package dev.openidclient.samples.docs.providers;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.http.HttpTransport;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;

/** The Java blocks of the page about GitLab. */
public final class Gitlab {
    private Gitlab() {}

    // region client
    /** {@code issuer}: https://gitlab.com, or the URL of your own that its users see. */
    public static CompletableFuture<AsyncOpenIdClient> client(String secret, String issuer, HttpTransport http) {
        return AsyncOpenIdClient.discover(
                issuer,
                "0123456789abcdef",
                settings -> settings.clientSecret(secret).transport(http));
    }
    // endregion

    // region sign-in
    public static AuthorizationRequest begin(AsyncOpenIdClient client) {
        return client.authorizationRequest(request -> request.redirectUri("https://rp.example.com/callback/gitlab")
                .scope("openid", "profile", "email")); // each of them chosen in the application's settings too
    }

    public static CompletableFuture<TokenResponse> finish(
            AsyncOpenIdClient client, String callbackUrl, String pending) {
        return client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending));
    }
    // endregion
}
