package dev.openidclient.samples.docs.integrations;

import dev.openidclient.async.AsyncDiscoveredClient;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.opentelemetry.OpenTelemetryListener;
import io.opentelemetry.api.OpenTelemetry;

/** The Java blocks of integrations/opentelemetry/README.md. */
public final class Opentelemetry {
    private Opentelemetry() {}

    public static AsyncDiscoveredClient client(OpenTelemetry openTelemetry, String secret) {
        // region telemetry
        var telemetry = OpenTelemetryListener.of(openTelemetry);
        var client = AsyncOpenIdClient.lazily(
                "https://as.example.com",
                "s6BhdRkqt3",
                settings -> settings.authentication(new ClientSecretBasic(secret))
                        .listener(telemetry)); // one for all clients
        // endregion
        return client;
    }
}
