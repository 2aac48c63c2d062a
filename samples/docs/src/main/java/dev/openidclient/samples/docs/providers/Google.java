package dev.openidclient.samples.docs.providers;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.clientauth.ClientSecretPost;
import dev.openidclient.http.HttpTransport;
import dev.openidclient.token.TokenResponse;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/** The Java blocks of the page about Google. */
public final class Google {
    private Google() {}

    // region client
    public static CompletableFuture<AsyncOpenIdClient> client(String secret, HttpTransport http) {
        return AsyncOpenIdClient.discover(
                "https://accounts.google.com",
                "1234567890-abc.apps.googleusercontent.com",
                settings ->
                        settings.authentication(new ClientSecretPost(secret)).transport(http));
    }
    // endregion

    // region sign-in
    public static AuthorizationRequest begin(AsyncOpenIdClient client) {
        return client.authorizationRequest(request -> request.redirectUri("https://rp.example.com/callback/google")
                .scope("openid", "email", "profile")
                .parameter("hd", "example.com") // which accounts are offered: a hint, no check
                .parameter("access_type", "offline") // asks for a refresh token: there is no offline_access
                .prompt("consent")); // else the refresh token comes at the first consent only
    }

    /** Empty: the account is not one of the organization. */
    public static CompletableFuture<Optional<TokenResponse>> finish(
            AsyncOpenIdClient client, String callbackUrl, String pending) {
        return client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending))
                .thenApply(tokens -> Optional.of(tokens) // this is the check
                        .filter(t -> "example.com".equals(t.getClaims().toMap().get("hd"))));
    }
    // endregion

    // region device
    public static CompletableFuture<TokenResponse> signInOnTelevision(
            AsyncOpenIdClient client, BiConsumer<String, String> show) {
        return client.deviceAuthorization(request -> request.scope("openid", "email"))
                .thenCompose(device -> {
                    show.accept(device.getVerificationUri(), device.getUserCode());
                    return client.deviceCodeGrant(device);
                });
    }
    // endregion
}
