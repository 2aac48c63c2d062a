package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.metadata.DiscoveryAlgorithm;
import java.util.concurrent.CompletableFuture;

public final class Discovery {
    private Discovery() {}

    /** Once, when the application starts. The client is safe to share: close it with the application. */
    public static CompletableFuture<AsyncOpenIdClient> discoverServer(String issuer, String clientId, String secret) {
        return AsyncOpenIdClient.discover(
                issuer, clientId, settings -> settings.authentication(new ClientSecretBasic(secret)));
    }

    /** For a server without OpenID Connect: it has another document (RFC 8414 §3). */
    public static CompletableFuture<AsyncOpenIdClient> discoverOAuth2Server(
            String issuer, String clientId, String secret) {
        return AsyncOpenIdClient.discover(issuer, clientId, settings -> {
            settings.discoveryAlgorithm(DiscoveryAlgorithm.OAUTH2);
            settings.authentication(new ClientSecretBasic(secret));
        });
    }
}
