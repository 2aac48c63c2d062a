package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic

/**
 * JARM: the authorization response is one signed JWT, so that nobody changes it in the browser. The callback is the
 * same as ever: `authorizationCodeGrant` takes the JWT apart, and the errors in it.
 */
suspend fun clientWithSignedResponses(
    issuer: String,
    clientId: String,
    secret: String,
): OpenIdClient =
    OpenIdClient.discover(issuer, clientId) {
        authentication = ClientSecretBasic(secret)
        useJwtResponseMode()
        metadata { authorizationSignedResponseAlg("ES256") } // as it is registered; RS256 where it is not
    }
