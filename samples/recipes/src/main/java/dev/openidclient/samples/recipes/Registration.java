package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.metadata.ClientMetadata;
import java.util.concurrent.CompletableFuture;

public final class Registration {
    private Registration() {}

    /** Registers a client and uses it. Store {@code client.getMetadata().getJson()}: the secret is told this once. */
    public static CompletableFuture<AsyncOpenIdClient> registerClient(String issuer, String accessToken) {
        return AsyncOpenIdClient.register(issuer, request -> {
            request.initialAccessToken(accessToken); // where the server wants one
            request.clientName("Orders")
                    .redirectUris("https://rp.example.com/callback")
                    .tokenEndpointAuthMethod("client_secret_basic");
        });
    }

    /** With a statement, a JWT of one that the server trusts, about the software: many instances, one approval. */
    public static CompletableFuture<AsyncOpenIdClient> registerClientWithStatement(
            String issuer, String accessToken, String statement) {
        return AsyncOpenIdClient.register(issuer, request -> {
            request.initialAccessToken(accessToken);
            request.softwareStatement(statement).redirectUris("https://rp.example.com/callback");
        });
    }

    /** The same client again, at the next start of the program. */
    public static CompletableFuture<AsyncOpenIdClient> registeredClient(String issuer, String stored) {
        var registered = ClientMetadata.parse(stored);
        return AsyncOpenIdClient.discover(
                issuer,
                registered.getClientId(),
                settings -> settings.metadata(metadata -> metadata.members(registered)));
    }
}
