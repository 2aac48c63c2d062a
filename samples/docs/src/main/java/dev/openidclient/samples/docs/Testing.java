package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncOpenIdClient;
import java.util.concurrent.CompletableFuture;

public final class Testing {
    private Testing() {}

    public static CompletableFuture<AsyncOpenIdClient> testClient(String issuer) {
        // region insecure
        var client = AsyncOpenIdClient.discover(issuer, "s6BhdRkqt3", settings -> settings.allowInsecureRequests());
        // endregion
        return client;
    }
}
