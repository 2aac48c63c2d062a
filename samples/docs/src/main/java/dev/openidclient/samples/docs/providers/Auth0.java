package dev.openidclient.samples.docs.providers;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.http.HttpTransport;
import dev.openidclient.token.TokenResponse;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The Java blocks of the page about Auth0. */
public final class Auth0 {
    private Auth0() {}

    // region client
    public static CompletableFuture<AsyncOpenIdClient> client(String secret, HttpTransport http) {
        return AsyncOpenIdClient.discover(
                "https://example.eu.auth0.com/", // or your own domain
                "aBcDeFgHiJkLmNoPqRsTuVwXyZ012345",
                settings -> settings.clientSecret(secret).transport(http));
    }
    // endregion

    // region sign-in
    public static AuthorizationRequest begin(AsyncOpenIdClient client) {
        return client.authorizationRequest(request -> request.redirectUri("https://rp.example.com/callback/auth0")
                .scope("openid", "profile", "email", "offline_access")
                .parameter("audience", "https://api.example.com") // else the access token is for UserInfo alone
                .parameter("organization", "org_0123456789abcdef")); // if you use organizations
    }

    /** Empty: somebody of another organization. */
    public static CompletableFuture<Optional<TokenResponse>> finish(
            AsyncOpenIdClient client, String callbackUrl, String pending) {
        return client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending))
                .thenApply(tokens -> Optional.of(tokens)
                        .filter(t -> "org_0123456789abcdef"
                                .equals(t.getClaims().toMap().get("org_id"))));
    }
    // endregion

    // region service
    public static CompletableFuture<TokenResponse> serviceTokens(AsyncOpenIdClient client) {
        return client.clientCredentialsGrant(request -> request.parameter("audience", "https://api.example.com"));
    }
    // endregion

    // region logout
    public static String logoutUrl(AsyncOpenIdClient client, TokenResponse tokens) {
        return client.endSessionUrl(
                request -> request.idTokenHint(tokens).postLogoutRedirectUri("https://rp.example.com/"));
    }
    // endregion
}
