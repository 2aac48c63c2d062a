package dev.openidclient.samples.docs

import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import kotlinx.coroutines.runBlocking

// region bean
fun openIdClient(
    issuer: String,
    clientId: String,
    clientSecret: String,
): OpenIdClient =
    runBlocking {
        OpenIdClient.discover(issuer, clientId) { authentication = ClientSecretBasic(clientSecret) }
    }
// endregion
