package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientAuthentication
import dev.openidclient.clientauth.ClientAuthenticationRequest

/** Reads the secret anew for each request, so that it may be rotated while the application runs. */
class SecretFromVault(
    private val read: suspend () -> String,
) : ClientAuthentication {
    override suspend fun authenticate(request: ClientAuthenticationRequest) {
        request.parameter("client_id", request.client.clientId)
        request.parameter("client_secret", read())
    }

    // never the secret: this text reaches logs
    override fun toString(): String = "SecretFromVault"
}

suspend fun clientWithRotatedSecret(
    issuer: String,
    clientId: String,
    read: suspend () -> String,
): OpenIdClient = OpenIdClient.discover(issuer, clientId) { authentication = SecretFromVault(read) }
