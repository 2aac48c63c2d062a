package dev.openidclient.samples.docs.integrations;

import dev.openidclient.async.AsyncClientCredentialsTokens;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.micrometer.MicrometerListener;
import io.micrometer.core.instrument.MeterRegistry;

/** The Java blocks of integrations/micrometer/README.md. */
public final class Micrometer {
    private Micrometer() {}

    public static AsyncClientCredentialsTokens tokens(MeterRegistry registry, String secret) {
        // region metrics
        var metrics = MicrometerListener.of(registry);
        var client = AsyncOpenIdClient.lazily(
                "https://as.example.com",
                "s6BhdRkqt3",
                settings -> settings.authentication(new ClientSecretBasic(secret))
                        .listener(metrics)); // one for all clients
        var service = AsyncClientCredentialsTokens.of(client, settings -> settings.name("orders"));
        // endregion
        return service;
    }
}
