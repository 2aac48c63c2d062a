package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import java.time.Duration

/** What else may be set; all of it has a default that is fit for most. */
suspend fun clientWithSettings(
    issuer: String,
    clientId: String,
    secret: String,
): OpenIdClient =
    OpenIdClient.discover(issuer, clientId) {
        authentication = ClientSecretBasic(secret)
        metadata { idTokenSignedResponseAlg("RS256") } // as it is registered: no other algorithm is taken
        timeout = Duration.ofSeconds(10) // of one HTTP request, with the body
        clockTolerance = Duration.ofSeconds(5) // where both clocks are kept right
        pendingAuthorizationLifetime = Duration.ofMinutes(10) // from /login to /callback
        jwksOutageTolerance = Duration.ofHours(1) // known keys stay good while the server cannot be asked for new ones
        nonRepudiationChecks() // verify ID Tokens from the token endpoint by signature too, not by TLS alone
    }
