package dev.openidclient.samples.docs.providers

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.dpop.Dpop
import dev.openidclient.http.HttpTransport
import dev.openidclient.jose.SigningKey
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.clientCredentialsGrant

// region client
suspend fun oktaClient(
    secret: String,
    http: HttpTransport? = null,
): OpenIdClient =
    // a custom server
    OpenIdClient.discover("https://example.okta.com/oauth2/default", "0oa0123456789abcde5d7") {
        authentication = ClientSecretBasic(secret)
        transport = http
    }
// endregion

// region sign-in
fun beginOkta(client: OpenIdClient): AuthorizationRequest =
    client.authorizationRequest {
        redirectUri("https://rp.example.com/callback/okta")
        scope("openid", "profile", "email", "offline_access")
    }

suspend fun finishOkta(
    client: OpenIdClient,
    callbackUrl: String,
    pending: String,
): TokenResponse = client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending))
// endregion

// region service

/** Okta's own API: a service app of the org server, with a key and with DPoP. */
suspend fun oktaService(
    key: SigningKey, // its public JWK is registered with the app
    dpopKey: SigningKey,
    http: HttpTransport? = null,
): OpenIdClient {
    val client =
        OpenIdClient.discover("https://example.okta.com", "0oa9876543210zyxwv5d7") {
            authentication = PrivateKeyJwt(key) { it.claim("aud", "https://example.okta.com/oauth2/v1/token") }
            transport = http
        }
    return client.withDpop(Dpop(dpopKey))
}

suspend fun oktaServiceTokens(client: OpenIdClient): TokenResponse =
    client.clientCredentialsGrant { scope("okta.users.read") }
// endregion
