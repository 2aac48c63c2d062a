package dev.openidclient.samples.docs.integrations

import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.micrometer.MicrometerListener
import dev.openidclient.tokensource.ClientCredentialsTokens
import io.micrometer.core.instrument.MeterRegistry

fun countedTokens(
    registry: MeterRegistry,
    secret: String,
): ClientCredentialsTokens {
    // region metrics
    val metrics = MicrometerListener.of(registry)
    val client =
        OpenIdClient.lazily("https://as.example.com", "s6BhdRkqt3") {
            authentication = ClientSecretBasic(secret)
            listener(metrics) // one for all clients
        }
    val service = ClientCredentialsTokens(client) { name = "orders" }
    // endregion
    return service
}
