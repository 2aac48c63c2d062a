package dev.openidclient.samples.docs.providers;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.http.HttpTransport;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;

/** The Java blocks of the page about Salesforce. */
public final class Salesforce {
    private Salesforce() {}

    // region client
    /** {@code issuer}: https://login.salesforce.com, https://test.salesforce.com, or your My Domain. */
    public static CompletableFuture<AsyncOpenIdClient> client(String secret, String issuer, HttpTransport http) {
        return AsyncOpenIdClient.discover(
                issuer,
                "3MVG9.example",
                settings -> settings.clientSecret(secret).transport(http));
    }
    // endregion

    // region sign-in
    public static AuthorizationRequest begin(AsyncOpenIdClient client) {
        return client.authorizationRequest(request -> request.redirectUri("https://rp.example.com/callback/salesforce")
                .scope("openid", "api", "refresh_token")); // refresh_token is their name for offline_access
    }

    public static CompletableFuture<TokenResponse> finish(
            AsyncOpenIdClient client, String callbackUrl, String pending) {
        return client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending));
    }
    // endregion

    // region api
    /** The API of the person's org is where the token response says. */
    public static CompletableFuture<HttpResponse> query(AsyncOpenIdClient client, TokenResponse tokens) {
        var instance = String.valueOf(tokens.toMap().get("instance_url"));
        if (!instance.matches("https://[a-z0-9.-]+\\.salesforce\\.com")) { // the access token goes there
            throw new IllegalArgumentException("no instance of Salesforce");
        }
        return client.resource(instance + "/services/data/v62.0/query?q=SELECT+Id+FROM+Account", tokens);
    }
    // endregion
}
