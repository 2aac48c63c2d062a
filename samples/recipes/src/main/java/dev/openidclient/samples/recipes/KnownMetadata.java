package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.metadata.AuthorizationServerMetadata;

public final class KnownMetadata {
    private KnownMetadata() {}

    /**
     * Without a request: for a start that must not depend on the server. Nothing compares {@code metadata} with an
     * issuer, so take it from a place that you trust; what {@code client.getServer().getJson()} printed is good for it.
     */
    public static AsyncOpenIdClient clientFromMetadata(String metadata, String clientId, String secret) {
        return AsyncOpenIdClient.create(
                AuthorizationServerMetadata.parse(metadata),
                clientId,
                settings -> settings.authentication(new ClientSecretBasic(secret)));
    }
}
