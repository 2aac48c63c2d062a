package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import java.util.concurrent.CompletableFuture;

public final class PushedRequest {
    private PushedRequest() {}

    /**
     * PAR: the parameters go to the server straight, and only a reference goes through the browser. So nobody reads or
     * changes them on the way, and they may be long. Errors in the request come here, not at the callback.
     */
    public static CompletableFuture<AuthorizationRequest> begin(AsyncOpenIdClient client) {
        var request = client.authorizationRequest(
                it -> it.redirectUri("https://rp.example.com/callback").scope("openid", "email"));
        // The reference lives for getRequestUriLifetime(), often a minute: push when the person clicks, not before.
        return client.push(request);
    }
}
