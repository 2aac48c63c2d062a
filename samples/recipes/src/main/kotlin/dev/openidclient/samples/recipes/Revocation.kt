package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.revoke

/** When a person leaves. The refresh token first, and with most servers it takes its access tokens along. */
suspend fun revokeAll(
    client: OpenIdClient,
    tokens: TokenResponse,
) {
    tokens.refreshToken?.let { client.revoke(it) { tokenTypeHint("refresh_token") } }
    // A token that is unknown or revoked already is no error. An API that reads JWTs may take one till it expires.
    client.revoke(tokens.accessToken) { tokenTypeHint("access_token") }
}
