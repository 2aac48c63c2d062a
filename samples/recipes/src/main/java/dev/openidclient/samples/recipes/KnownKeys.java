package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import java.util.Optional;

public final class KnownKeys {
    private KnownKeys() {}

    /**
     * For a function in a cloud, which forgets all between calls: {@code cached} spares the download of the server's
     * keys.
     */
    public static void useCached(AsyncOpenIdClient client, String cached) {
        if (cached != null) {
            // Ignored where it is too old. Public keys, but trusted: guard the cache against writing.
            client.importJwks(cached);
        }
    }

    /** To be cached when the work is done; empty where no key was needed. */
    public static Optional<String> toCache(AsyncOpenIdClient client) {
        return Optional.ofNullable(client.exportJwks());
    }
}
