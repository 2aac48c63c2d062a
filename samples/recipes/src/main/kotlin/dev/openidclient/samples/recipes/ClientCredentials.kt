package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.clientCredentialsGrant

/** A service that acts for itself, not for a person: no browser, no ID Token, no refresh token. */
suspend fun serviceTokens(
    client: OpenIdClient,
    api: String,
): TokenResponse =
    client.clientCredentialsGrant {
        scope("orders:read")
        resource(api) // where the token is to be used (RFC 8707); leave it out where the server does not know it
    }
