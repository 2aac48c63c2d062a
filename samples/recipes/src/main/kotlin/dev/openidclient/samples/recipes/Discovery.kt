package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.metadata.DiscoveryAlgorithm

/** Once, when the application starts. The client is safe to share: close it with the application. */
suspend fun discoverServer(
    issuer: String,
    clientId: String,
    secret: String,
): OpenIdClient = OpenIdClient.discover(issuer, clientId) { authentication = ClientSecretBasic(secret) }

/** For a server without OpenID Connect: it has another document (RFC 8414 §3). */
suspend fun discoverOAuth2Server(
    issuer: String,
    clientId: String,
    secret: String,
): OpenIdClient =
    OpenIdClient.discover(issuer, clientId) {
        discoveryAlgorithm = DiscoveryAlgorithm.OAUTH2
        authentication = ClientSecretBasic(secret)
    }
