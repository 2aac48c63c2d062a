package dev.openidclient.samples.docs.providers;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.dpop.Dpop;
import dev.openidclient.http.HttpTransport;
import dev.openidclient.jose.SigningKey;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;

/** The Java blocks of the page about Okta. */
public final class Okta {
    private Okta() {}

    // region client
    public static CompletableFuture<AsyncOpenIdClient> client(String secret, HttpTransport http) {
        return AsyncOpenIdClient.discover(
                "https://example.okta.com/oauth2/default", // a custom server
                "0oa0123456789abcde5d7",
                settings ->
                        settings.authentication(new ClientSecretBasic(secret)).transport(http));
    }
    // endregion

    // region sign-in
    public static AuthorizationRequest begin(AsyncOpenIdClient client) {
        return client.authorizationRequest(request -> request.redirectUri("https://rp.example.com/callback/okta")
                .scope("openid", "profile", "email", "offline_access"));
    }

    public static CompletableFuture<TokenResponse> finish(
            AsyncOpenIdClient client, String callbackUrl, String pending) {
        return client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending));
    }
    // endregion

    // region service
    /** Okta's own API: a service app of the org server, with a key, whose public JWK is registered, and with DPoP. */
    public static CompletableFuture<AsyncOpenIdClient> service(SigningKey key, SigningKey dpopKey, HttpTransport http) {
        var authentication =
                new PrivateKeyJwt(key, assertion -> assertion.claim("aud", "https://example.okta.com/oauth2/v1/token"));
        return AsyncOpenIdClient.discover(
                        "https://example.okta.com",
                        "0oa9876543210zyxwv5d7",
                        settings -> settings.authentication(authentication).transport(http))
                .thenApply(client -> client.withDpop(new Dpop(dpopKey)));
    }

    public static CompletableFuture<TokenResponse> serviceTokens(AsyncOpenIdClient client) {
        return client.clientCredentialsGrant(request -> request.scope("okta.users.read"));
    }
    // endregion
}
