package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.resource.resource
import dev.openidclient.tokensource.ClientCredentialsTokens
import dev.openidclient.tokensource.TokenSource

/** One for the program, beside the client; close it before the client. */
fun serviceTokens(client: OpenIdClient): ClientCredentialsTokens =
    ClientCredentialsTokens(client) {
        name = "orders" // what log lines and listeners call it
        keepFresh() // renews also where nobody asks for a while
    }

/** What to ask before each call; make it once. */
fun ordersTokens(service: ClientCredentialsTokens): TokenSource = service.source { scope("orders:read") }

/** A usable token comes at once, or one request brings it for all who wait. */
suspend fun callWithFreshToken(
    client: OpenIdClient,
    tokens: TokenSource,
    url: String,
): String = client.resource(url, tokens.token()).bodyText()
