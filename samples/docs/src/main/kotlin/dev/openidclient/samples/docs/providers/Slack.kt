package dev.openidclient.samples.docs.providers

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.HttpTransport
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant

// region client
suspend fun slackClient(
    secret: String,
    http: HttpTransport? = null,
): OpenIdClient =
    OpenIdClient.discover("https://slack.com", "1234567890.1234567890") {
        clientSecret(secret)
        transport = http
    }
// endregion

// region sign-in
fun beginSlack(client: OpenIdClient): AuthorizationRequest =
    client.authorizationRequest {
        redirectUri("https://rp.example.com/callback/slack")
        scope("openid", "profile", "email")
        parameter("team", "T0123ABC456") // which workspace is offered: a hint, no check
    }

/** Null: somebody of another workspace. */
suspend fun finishSlack(
    client: OpenIdClient,
    callbackUrl: String,
    pending: String,
): TokenResponse? {
    val tokens = client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending))
    val team = tokens.claims?.toMap()?.get("https://slack.com/team_id")
    return tokens.takeIf { team == "T0123ABC456" } // this is the check
}
// endregion
