package dev.openidclient.samples.docs.providers;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.http.HttpTransport;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;

/** The Java blocks of the page about Amazon Cognito. */
public final class Cognito {
    private Cognito() {}

    // region client
    public static CompletableFuture<AsyncOpenIdClient> client(String secret, HttpTransport http) {
        return AsyncOpenIdClient.discover(
                "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aBcDeFgHi",
                "1h57kf5cpq17m0eml1",
                settings -> settings.authentication(new ClientSecretBasic(secret))
                        .transport(http)
                        .acceptRefreshedAuthTime()); // a refreshed ID Token may have another auth_time
    }
    // endregion

    // region sign-in
    public static AuthorizationRequest begin(AsyncOpenIdClient client) {
        return client.authorizationRequest(request -> request.redirectUri("https://rp.example.com/callback/cognito")
                .scope("openid", "email", "profile")); // no offline_access: a refresh token comes by itself
    }

    public static CompletableFuture<TokenResponse> finish(
            AsyncOpenIdClient client, String callbackUrl, String pending) {
        return client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending));
    }
    // endregion

    // region logout
    public static String logoutUrl(AsyncOpenIdClient client) {
        return client.endSessionUrl(request -> request.parameter("logout_uri", "https://rp.example.com/"));
    }
    // endregion
}
