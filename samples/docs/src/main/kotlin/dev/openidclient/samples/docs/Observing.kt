package dev.openidclient.samples.docs

import dev.openidclient.client.DiscoveredClient
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.event.ClientListener
import dev.openidclient.event.TokenEvent
import dev.openidclient.micrometer.MicrometerListener
import dev.openidclient.opentelemetry.OpenTelemetryListener
import dev.openidclient.tokensource.ClientCredentialsTokens
import dev.openidclient.tokensource.TokenSource
import dev.openidclient.tokensource.TokenState
import io.micrometer.core.instrument.MeterRegistry
import io.opentelemetry.api.OpenTelemetry

fun counted(
    registry: MeterRegistry,
    secret: String,
): ClientCredentialsTokens {
    // region micrometer
    val metrics = MicrometerListener.of(registry)
    val client =
        OpenIdClient.lazily("https://as.example.com", "s6BhdRkqt3") {
            authentication = ClientSecretBasic(secret)
            listener(metrics)
        }
    val service = ClientCredentialsTokens(client) { name = "orders" } // the name is a tag of seconds_left
    // endregion
    return service
}

fun traced(
    openTelemetry: OpenTelemetry,
    secret: String,
): DiscoveredClient {
    // region opentelemetry
    val telemetry = OpenTelemetryListener.of(openTelemetry)
    val client =
        OpenIdClient.lazily("https://as.example.com", "s6BhdRkqt3") {
            authentication = ClientSecretBasic(secret)
            listener(telemetry)
        }
    // endregion
    return client
}

// region listener
class SignOuts(
    private val alarm: (String) -> Unit,
) : ClientListener {
    override fun happened(event: TokenEvent) { // any thread; must not block
        if (event is TokenEvent.SignInRequired) alarm("a session ended at ${event.source.issuer}")
    }
}
// endregion

// region health
fun isDown(source: TokenSource): Boolean {
    val state = source.state()
    return state is TokenState.Failing && !state.hasUsableToken
}
// endregion
