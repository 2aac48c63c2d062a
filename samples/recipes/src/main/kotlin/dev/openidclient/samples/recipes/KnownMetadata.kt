package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.metadata.AuthorizationServerMetadata

/**
 * Without a request: for a start that must not depend on the server. Nothing compares [metadata] with an issuer, so
 * take it from a place that you trust; what `client.server.json` printed is good for it.
 */
fun clientFromMetadata(
    metadata: String,
    clientId: String,
    secret: String,
): OpenIdClient =
    OpenIdClient(AuthorizationServerMetadata.parse(metadata), clientId) {
        authentication = ClientSecretBasic(secret)
    }
