package dev.openidclient.samples.docs.integrations

import dev.openidclient.client.DiscoveredClient
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.opentelemetry.OpenTelemetryListener
import io.opentelemetry.api.OpenTelemetry

fun tracedClient(
    openTelemetry: OpenTelemetry,
    secret: String,
): DiscoveredClient {
    // region telemetry
    val telemetry = OpenTelemetryListener.of(openTelemetry)
    val client =
        OpenIdClient.lazily("https://as.example.com", "s6BhdRkqt3") {
            authentication = ClientSecretBasic(secret)
            listener(telemetry) // one for all clients
        }
    // endregion
    return client
}
