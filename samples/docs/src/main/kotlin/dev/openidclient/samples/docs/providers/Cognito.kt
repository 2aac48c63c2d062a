package dev.openidclient.samples.docs.providers

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.http.HttpTransport
import dev.openidclient.logout.endSessionUrl
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant

// region client
suspend fun cognitoClient(
    secret: String,
    http: HttpTransport? = null,
): OpenIdClient =
    OpenIdClient.discover("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aBcDeFgHi", "1h57kf5cpq17m0eml1") {
        authentication = ClientSecretBasic(secret)
        acceptRefreshedAuthTime() // a refreshed ID Token may have another auth_time
        transport = http
    }
// endregion

// region sign-in
fun beginCognito(client: OpenIdClient): AuthorizationRequest =
    client.authorizationRequest {
        redirectUri("https://rp.example.com/callback/cognito")
        scope("openid", "email", "profile") // no offline_access: a refresh token comes by itself
    }

suspend fun finishCognito(
    client: OpenIdClient,
    callbackUrl: String,
    pending: String,
): TokenResponse = client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending))
// endregion

// region logout
fun cognitoLogoutUrl(client: OpenIdClient): String =
    client.endSessionUrl { parameter("logout_uri", "https://rp.example.com/") } // client_id is added
// endregion
