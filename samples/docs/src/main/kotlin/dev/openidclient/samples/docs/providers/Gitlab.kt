package dev.openidclient.samples.docs.providers

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.HttpTransport
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant

// region client
suspend fun gitlabClient(
    secret: String,
    issuer: String = "https://gitlab.com", // or your own: the URL that its users see
    http: HttpTransport? = null,
): OpenIdClient =
    OpenIdClient.discover(issuer, "0123456789abcdef") {
        clientSecret(secret)
        transport = http
    }
// endregion

// region sign-in
fun beginGitlab(client: OpenIdClient): AuthorizationRequest =
    client.authorizationRequest {
        redirectUri("https://rp.example.com/callback/gitlab")
        scope("openid", "profile", "email") // each of them chosen in the application's settings too
    }

suspend fun finishGitlab(
    client: OpenIdClient,
    callbackUrl: String,
    pending: String,
): TokenResponse = client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending))
// endregion
