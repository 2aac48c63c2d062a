package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;

public final class ResourceIndicators {
    private ResourceIndicators() {}

    /** Asks for access to several APIs at once, so that the person is asked once. */
    public static AuthorizationRequest begin(AsyncOpenIdClient client, String... apis) {
        return client.authorizationRequest(request -> request.redirectUri("https://rp.example.com/callback")
                .scope("openid", "orders:read")
                .resource(apis));
    }

    /** A token for one of them: an API that is given it cannot use it at another. */
    public static CompletableFuture<TokenResponse> finish(
            AsyncOpenIdClient client, String callbackUrl, String pending, String api) {
        return client.authorizationCodeGrant(
                callbackUrl, PendingAuthorization.decode(pending), request -> request.resource(api));
    }
}
