package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.tokenExchangeGrant

/**
 * An API that calls another one for the same person: it exchanges the token that it was given for one with less in it,
 * and never passes on its own.
 */
suspend fun tokenForNextApi(
    client: OpenIdClient,
    receivedToken: String,
): TokenResponse =
    client.tokenExchangeGrant(receivedToken) {
        scope("orders:read")
        // where the server knows the next API by a name: parameter("audience", "orders")
    }
