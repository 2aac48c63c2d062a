package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.jwtBearerGrant
import dev.openidclient.token.samlBearerGrant

/** A JWT of an issuer that the server trusts, as one of a workload's platform, in place of a person's sign-in. */
suspend fun tokensForJwt(
    client: OpenIdClient,
    jwt: String,
): TokenResponse = client.jwtBearerGrant(jwt) { scope("orders:read") }

/** A SAML 2.0 assertion, as XML: it is encoded here. Its audience must be the authorization server, not this client. */
suspend fun tokensForSaml(
    client: OpenIdClient,
    assertion: String,
): TokenResponse = client.samlBearerGrant(assertion) { scope("orders:read") }
