package dev.openidclient.samples.docs.providers;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.http.HttpTransport;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/** The Java blocks of the page about GitHub. */
public final class Github {
    private Github() {}

    // region client
    private static final AuthorizationServerMetadata GITHUB = AuthorizationServerMetadata.parse("""
        {
          "issuer": "https://github.com/login/oauth",
          "authorization_endpoint": "https://github.com/login/oauth/authorize",
          "token_endpoint": "https://github.com/login/oauth/access_token",
          "device_authorization_endpoint": "https://github.com/login/device/code"
        }
        """);

    /** Without a secret for the device flow. */
    public static AsyncOpenIdClient client(String secret, HttpTransport http) {
        return AsyncOpenIdClient.create(GITHUB, "Iv1.0123456789abcdef", settings -> {
            if (secret != null) settings.clientSecret(secret);
            settings.transport(http);
        });
    }
    // endregion

    // region sign-in
    public static AuthorizationRequest begin(AsyncOpenIdClient client) {
        return client.authorizationRequest(request -> request.redirectUri("https://rp.example.com/callback/github")
                .scope("read:user", "user:email")); // no "openid": there is no ID Token
    }

    /** The JSON of the person, whose {@code id} stays the same when the {@code login} changes. */
    public static CompletableFuture<HttpResponse> finish(AsyncOpenIdClient client, String callbackUrl, String pending) {
        return client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending))
                .thenCompose(tokens -> client.resource(
                        "https://api.github.com/user",
                        tokens,
                        request -> request.header("accept", "application/vnd.github+json")));
    }
    // endregion

    // region device
    public static CompletableFuture<TokenResponse> signInOnCommandLine(
            AsyncOpenIdClient client, BiConsumer<String, String> show) {
        return client.deviceAuthorization(request -> request.scope("read:user")).thenCompose(device -> {
            show.accept(device.getVerificationUri(), device.getUserCode());
            return client.deviceCodeGrant(device);
        });
    }
    // endregion
}
