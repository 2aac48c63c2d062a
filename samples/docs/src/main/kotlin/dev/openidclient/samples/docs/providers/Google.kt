package dev.openidclient.samples.docs.providers

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretPost
import dev.openidclient.device.deviceAuthorization
import dev.openidclient.device.deviceCodeGrant
import dev.openidclient.http.HttpTransport
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant

// region client
suspend fun googleClient(
    secret: String,
    http: HttpTransport? = null, // one for all clients of the program; null: the client opens its own
): OpenIdClient =
    OpenIdClient.discover("https://accounts.google.com", "1234567890-abc.apps.googleusercontent.com") {
        authentication = ClientSecretPost(secret)
        transport = http
    }
// endregion

// region sign-in
fun beginGoogle(client: OpenIdClient): AuthorizationRequest =
    client.authorizationRequest {
        redirectUri("https://rp.example.com/callback/google")
        scope("openid", "email", "profile")
        parameter("hd", "example.com") // which accounts are offered: a hint, no check
        parameter("access_type", "offline") // asks for a refresh token: there is no offline_access
        prompt("consent") // else the refresh token comes at the first consent only
    }

/** Null: the account is not one of the organization. */
suspend fun finishGoogle(
    client: OpenIdClient,
    callbackUrl: String,
    pending: String,
): TokenResponse? {
    val tokens = client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending))
    val domain = tokens.claims?.toMap()?.get("hd")
    return tokens.takeIf { domain == "example.com" } // this is the check
}
// endregion

// region device
suspend fun signInOnTelevision(
    client: OpenIdClient,
    show: (url: String, code: String) -> Unit,
): TokenResponse {
    val device = client.deviceAuthorization { scope("openid", "email") }
    show(device.verificationUri, device.userCode)
    return client.deviceCodeGrant(device)
}
// endregion
