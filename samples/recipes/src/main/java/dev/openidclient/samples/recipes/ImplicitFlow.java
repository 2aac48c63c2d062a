package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.token.IdTokenClaims;
import java.util.concurrent.CompletableFuture;

public final class ImplicitFlow {
    private ImplicitFlow() {}

    /** {@code id_token}: who is it? No code, no access token, and no secret, for the token endpoint is not asked. */
    public static CompletableFuture<AsyncOpenIdClient> idTokenClient(String issuer, String clientId) {
        return AsyncOpenIdClient.discover(issuer, clientId, settings -> settings.useIdTokenResponseType());
    }

    public static AuthorizationRequest begin(AsyncOpenIdClient client) {
        return client.authorizationRequest(request -> request.redirectUri("https://rp.example.com/callback")
                .responseMode("form_post") // a fragment, the default, does not reach a web server
                .scope("openid"));
    }

    public static CompletableFuture<IdTokenClaims> finish(
            AsyncOpenIdClient client, String url, String body, String pending) {
        return client.implicitAuthentication(
                AuthorizationCallback.formPost(url, body), PendingAuthorization.decode(pending));
    }
}
