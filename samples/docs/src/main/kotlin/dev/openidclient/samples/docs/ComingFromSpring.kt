@file:Suppress("ktlint:standard:filename") // it is named after its page

package dev.openidclient.samples.docs

import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.HttpResponse
import dev.openidclient.resource.resource
import dev.openidclient.tokensource.ClientCredentialsTokens

// region spring
class OrdersClient(
    private val client: OpenIdClient,
    service: ClientCredentialsTokens, // one for the application, as the client
) {
    private val tokens = service.source { scope("orders:read") }

    suspend fun orders(): HttpResponse = client.resource("https://api.example.com/orders", tokens.token())
}
// endregion
