package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic

/**
 * `code id_token`: for a server that wants it. Its response comes by form or as a fragment; say which in the request,
 * with `responseMode("form_post")`. Everything else is as in an ordinary sign-in.
 */
suspend fun hybridClient(
    issuer: String,
    clientId: String,
    secret: String,
): OpenIdClient =
    OpenIdClient.discover(issuer, clientId) {
        authentication = ClientSecretBasic(secret)
        useCodeIdTokenResponseType()
    }

/** The ID Token as a signature over the whole response, `state` included: `s_hash` is required. */
suspend fun detachedSignatureClient(
    issuer: String,
    clientId: String,
    secret: String,
): OpenIdClient =
    OpenIdClient.discover(issuer, clientId) {
        authentication = ClientSecretBasic(secret)
        useCodeIdTokenResponseType()
        detachedSignatureResponseChecks() // fapi1Advanced() includes both
    }
