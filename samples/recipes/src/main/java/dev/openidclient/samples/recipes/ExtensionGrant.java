package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.token.TokenResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

public final class ExtensionGrant {
    private ExtensionGrant() {}

    /** Every grant that has no method of its own, as a server's documentation describes it. */
    public static CompletableFuture<TokenResponse> tokensByGrant(
            AsyncOpenIdClient client, String grantType, Map<String, String> parameters) {
        // the client's authentication and grant_type are added, and cannot be given here
        return client.grant(grantType, request -> parameters.forEach(request::parameter));
    }
}
