package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.clientauth.ClientSecretPost
import dev.openidclient.clientauth.NoClientAuthentication

/** `client_secret_basic`: what a server does by default where a registration says nothing else. */
suspend fun clientWithSecretInHeader(
    issuer: String,
    clientId: String,
    secret: String,
): OpenIdClient = OpenIdClient.discover(issuer, clientId) { authentication = ClientSecretBasic(secret) }

/** `client_secret_post`: where the server wants it in the body. Some take both, most only the registered one. */
suspend fun clientWithSecretInBody(
    issuer: String,
    clientId: String,
    secret: String,
): OpenIdClient = OpenIdClient.discover(issuer, clientId) { authentication = ClientSecretPost(secret) }

/** `none`: an app on a phone or a desktop, which can keep no secret. PKCE, always on, protects its code. */
suspend fun publicClient(
    issuer: String,
    clientId: String,
): OpenIdClient = OpenIdClient.discover(issuer, clientId) { authentication = NoClientAuthentication }
