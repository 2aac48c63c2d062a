package dev.openidclient.samples.recipes

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.loopback.LoopbackRedirect
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant

/** A command-line or desktop program signs in with the browser of its machine, which [open] starts. */
suspend fun signInWithBrowser(
    client: OpenIdClient,
    open: suspend (url: String) -> Unit,
): TokenResponse =
    LoopbackRedirect(open = open).use { redirect ->
        // it listens from here on, so the port is known
        val request = client.authorizationRequest { redirectUri(redirect.uri).scope("openid") }
        client.authorizationCodeGrant(redirect.await(request), request.pending)
    }
