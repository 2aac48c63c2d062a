package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncClientCredentialsTokens;
import dev.openidclient.async.AsyncDiscoveredClient;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncTokenSource;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.event.ClientListener;
import dev.openidclient.event.TokenEvent;
import dev.openidclient.micrometer.MicrometerListener;
import dev.openidclient.opentelemetry.OpenTelemetryListener;
import dev.openidclient.tokensource.TokenState;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;

/** The Java blocks of docs/observing.md. */
public final class Observing {
    private Observing() {}

    public static AsyncClientCredentialsTokens counted(MeterRegistry registry, String secret) {
        // region micrometer
        var metrics = MicrometerListener.of(registry);
        var client = AsyncOpenIdClient.lazily(
                "https://as.example.com",
                "s6BhdRkqt3",
                settings ->
                        settings.authentication(new ClientSecretBasic(secret)).listener(metrics));
        var service =
                AsyncClientCredentialsTokens.of(client, settings -> settings.name("orders")); // a tag of seconds_left
        // endregion
        return service;
    }

    public static AsyncDiscoveredClient traced(OpenTelemetry openTelemetry, String secret) {
        // region opentelemetry
        var telemetry = OpenTelemetryListener.of(openTelemetry);
        var client = AsyncOpenIdClient.lazily(
                "https://as.example.com",
                "s6BhdRkqt3",
                settings ->
                        settings.authentication(new ClientSecretBasic(secret)).listener(telemetry));
        // endregion
        return client;
    }

    // region listener
    static final class SignOuts implements ClientListener {
        @Override
        public void happened(TokenEvent event) { // any thread; must not block
            if (event instanceof TokenEvent.SignInRequired) {
                System.err.println("a session ended at " + event.getSource().getIssuer());
            }
        }
    }
    // endregion

    // region health
    static boolean isDown(AsyncTokenSource source) {
        return source.state() instanceof TokenState.Failing failing && !failing.getHasUsableToken();
    }
    // endregion
}
