package dev.openidclient.samples.recipes

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.sign
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.jose.SigningKey

/** FAPI 1.0 Advanced: signed requests, `code id_token` as a detached signature, tokens bound to the certificate. */
suspend fun fapi1Client(
    issuer: String,
    clientId: String,
    key: SigningKey,
    certificateAndKeyPem: String,
): OpenIdClient =
    OpenIdClient.discover(issuer, clientId) {
        fapi1Advanced()
        authentication = PrivateKeyJwt(key)
        tls { pem(certificateAndKeyPem) } // the certificate, its authorities, its key
        metadata { idTokenSignedResponseAlg("PS256") }
    }

/** A request that is not signed has no `url` under the profile. */
suspend fun beginFapi1SignIn(
    client: OpenIdClient,
    key: SigningKey,
): AuthorizationRequest {
    val request =
        client.authorizationRequest {
            redirectUri("https://rp.example.com/callback")
            scope("openid")
            responseMode("form_post") // a fragment, the default of `code id_token`, does not reach a web server
        }
    return client.sign(request, key)
}
