package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.registration.register

/** Registers a client and uses it. Store `client.metadata.json`: the secret is told this once. */
suspend fun registerClient(
    issuer: String,
    accessToken: String,
): OpenIdClient =
    OpenIdClient.register(issuer) {
        initialAccessToken = accessToken // where the server wants one
        clientName("Orders")
        redirectUris("https://rp.example.com/callback")
        tokenEndpointAuthMethod("client_secret_basic")
    }

/** With a statement, a JWT of one that the server trusts, about the software: many instances, one approval. */
suspend fun registerClientWithStatement(
    issuer: String,
    accessToken: String,
    statement: String,
): OpenIdClient =
    OpenIdClient.register(issuer) {
        initialAccessToken = accessToken
        softwareStatement(statement)
        redirectUris("https://rp.example.com/callback")
    }

/** The same client again, at the next start of the program. */
suspend fun registeredClient(
    issuer: String,
    stored: String,
): OpenIdClient {
    val registered = ClientMetadata.parse(stored)
    return OpenIdClient.discover(issuer, registered.clientId) { metadata { members(registered) } }
}
