package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.jose.SigningKey

/**
 * For a server that wants the URL of its token endpoint as the audience of assertions. Here it is the issuer, as newer
 * specifications have it: an assertion for several audiences could be taken elsewhere.
 */
suspend fun clientWithTokenEndpointAsAudience(
    issuer: String,
    clientId: String,
    key: SigningKey,
    tokenEndpoint: String,
): OpenIdClient =
    OpenIdClient.discover(issuer, clientId) {
        // called for each assertion, before it is signed; sign(request, key) and Dpop(key) take the same
        authentication = PrivateKeyJwt(key) { it.claim("aud", tokenEndpoint) }
    }
