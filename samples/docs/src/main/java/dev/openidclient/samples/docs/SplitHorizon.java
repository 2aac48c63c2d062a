package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.client.OriginMappings;
import dev.openidclient.http.HttpTransport;
import java.util.concurrent.CompletableFuture;

public final class SplitHorizon {
    private SplitHorizon() {}

    /** A server that has one name for browsers, and one for services. */
    public static CompletableFuture<AsyncOpenIdClient> byItsInternalName() {
        // region map
        var client = AsyncOpenIdClient.discover(
                "https://id.example.com",
                "s6BhdRkqt3",
                settings -> settings.mapOrigin("https://id.example.com", "https://keycloak.internal:8443"));
        // endregion
        return client;
    }

    /** The same for whoever sends through {@code transport}. */
    public static HttpTransport mapping(HttpTransport transport) {
        // region transport
        var mapping =
                OriginMappings.mappingOrigin(transport, "https://id.example.com", "https://keycloak.internal:8443");
        // endregion
        return mapping;
    }

    /** A server behind a sidecar on this machine. */
    public static CompletableFuture<AsyncOpenIdClient> ofTheSidecar() {
        // region insecure
        var client = AsyncOpenIdClient.discover(
                "https://id.example.com",
                "s6BhdRkqt3",
                settings -> settings.mapOriginInsecure("https://id.example.com", "http://127.0.0.1:8080"));
        // endregion
        return client;
    }
}
