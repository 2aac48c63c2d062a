package dev.openidclient.samples.docs.integrations;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncResourceAccess;
import dev.openidclient.okhttp.OkHttpAuthorization;
import dev.openidclient.okhttp.OkHttpTransport;
import java.util.concurrent.CompletableFuture;
import okhttp3.OkHttpClient;

/** The Java blocks of integrations/okhttp/README.md. */
final class Okhttp {
    private Okhttp() {}

    static CompletableFuture<AsyncOpenIdClient> client(OkHttpClient okHttpClient) {
        // region client
        var client = AsyncOpenIdClient.discover(
                "https://as.example.com",
                "s6BhdRkqt3",
                settings -> settings.transport(new OkHttpTransport(okHttpClient)));
        // endregion
        return client;
    }

    public static OkHttpClient api(AsyncResourceAccess access) {
        // region authorize
        var api = OkHttpAuthorization.authorize(new OkHttpClient.Builder(), access.toResourceAccess())
                .build();
        // endregion
        return api;
    }
}
