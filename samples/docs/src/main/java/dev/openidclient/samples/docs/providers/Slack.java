package dev.openidclient.samples.docs.providers;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.http.HttpTransport;
import dev.openidclient.token.TokenResponse;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The Java blocks of the page about Slack. */
public final class Slack {
    private Slack() {}

    // region client
    public static CompletableFuture<AsyncOpenIdClient> client(String secret, HttpTransport http) {
        return AsyncOpenIdClient.discover(
                "https://slack.com",
                "1234567890.1234567890",
                settings -> settings.clientSecret(secret).transport(http));
    }
    // endregion

    // region sign-in
    public static AuthorizationRequest begin(AsyncOpenIdClient client) {
        return client.authorizationRequest(request -> request.redirectUri("https://rp.example.com/callback/slack")
                .scope("openid", "profile", "email")
                .parameter("team", "T0123ABC456")); // which workspace is offered: a hint, no check
    }

    /** Empty: somebody of another workspace. */
    public static CompletableFuture<Optional<TokenResponse>> finish(
            AsyncOpenIdClient client, String callbackUrl, String pending) {
        return client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending))
                .thenApply(tokens -> Optional.of(tokens) // this is the check
                        .filter(t -> "T0123ABC456".equals(t.getClaims().toMap().get("https://slack.com/team_id"))));
    }
    // endregion
}
