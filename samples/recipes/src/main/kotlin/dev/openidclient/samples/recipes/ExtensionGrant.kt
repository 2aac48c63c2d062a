package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.grant

/** Every grant that has no function of its own, as a server's documentation describes it. */
suspend fun tokensByGrant(
    client: OpenIdClient,
    grantType: String,
    parameters: Map<String, String>,
): TokenResponse =
    client.grant(grantType) {
        // the client's authentication and grant_type are added, and cannot be given here
        for ((name, value) in parameters) parameter(name, value)
    }
