package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.logout.endSessionUrl
import dev.openidclient.token.TokenResponse

/** Signs the person out at the server too. End the session of the application first, then redirect the browser here. */
fun logoutUrl(
    client: OpenIdClient,
    tokens: TokenResponse,
): String =
    client.endSessionUrl {
        idTokenHint(tokens) // without it most servers ask the person, and some do not come back
        postLogoutRedirectUri("https://rp.example.com/signed-out") // exactly as it is registered
    }
