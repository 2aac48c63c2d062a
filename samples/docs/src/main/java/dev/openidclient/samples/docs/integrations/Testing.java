package dev.openidclient.samples.docs.integrations;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.testserver.TestAuthorizationServer;
import dev.openidclient.token.TokenResponse;

public final class Testing {
    private Testing() {}

    public static TokenResponse signIn() throws Exception {
        // region sign-in
        var server = new TestAuthorizationServer();
        var client = AsyncOpenIdClient.create(server.getMetadata(), "app", settings -> settings.transport(server));
        var request = client.authorizationRequest(
                r -> r.redirectUri("https://app.example.com/callback").scope("openid"));
        var callbackUrl = server.signIn(request.getUrl(), "alice"); // what the browser comes back with
        var tokens =
                client.authorizationCodeGrant(callbackUrl, request.getPending()).get();
        // endregion
        return tokens;
    }
}
