package dev.openidclient.samples.docs

import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.KtorTransport
import io.ktor.client.HttpClient
import io.ktor.client.plugins.HttpTimeout

/** A client that sends through the application's own. */
suspend fun onKtor() {
    // region transport
    val http = HttpClient { install(HttpTimeout) { connectTimeoutMillis = 5_000 } }
    val client = OpenIdClient.discover("https://as.example.com", "s6BhdRkqt3") { transport = KtorTransport(http) }

    client.close() // leaves the HttpClient open
    http.close()
    // endregion
}
