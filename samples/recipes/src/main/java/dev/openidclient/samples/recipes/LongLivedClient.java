package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncClientCredentialsTokens;
import dev.openidclient.async.AsyncDiscoveredClient;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncTokenSource;
import dev.openidclient.client.DiscoveryState;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

public final class LongLivedClient {
    private LongLivedClient() {}

    /** When the application starts, whether its server is there or not: nothing is sent. Close it with the application. */
    public static AsyncDiscoveredClient client(String issuer, String clientId, String secret) {
        return AsyncOpenIdClient.lazily(
                issuer,
                clientId,
                settings -> settings.authentication(new ClientSecretBasic(secret))
                        .metadataLifetime(Duration.ofHours(6)) // then the server is asked anew, in the background
                        .jwksOutageTolerance(Duration.ofHours(1))); // known keys go on while it is down
    }

    /** It is given wherever a client is; close this before it. */
    public static AsyncClientCredentialsTokens tokens(AsyncDiscoveredClient oauth) {
        return AsyncClientCredentialsTokens.of(oauth);
    }

    /** Asks for the client each time, and keeps none. */
    public static CompletableFuture<String> call(AsyncDiscoveredClient oauth, AsyncTokenSource tokens, String url) {
        return oauth.client()
                .thenCompose(client -> tokens.token().thenCompose(usable -> client.resource(url, usable)))
                .thenApply(HttpResponse::bodyText);
    }

    /** For a health check: sends nothing. */
    public static boolean isServerKnown(AsyncDiscoveredClient oauth) {
        var state = oauth.state();
        // otherwise known, or not asked yet
        return !(state instanceof DiscoveryState.Failing) || ((DiscoveryState.Failing) state).getHasClient();
    }
}
