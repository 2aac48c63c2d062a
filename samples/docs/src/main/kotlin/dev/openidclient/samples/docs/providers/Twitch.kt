package dev.openidclient.samples.docs.providers

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretPost
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.resource.resource
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant

// region client
suspend fun twitchClient(
    secret: String,
    http: HttpTransport? = null,
): OpenIdClient =
    OpenIdClient.discover("https://id.twitch.tv/oauth2", "hof5gwx0su6owfnys0nyan9c87zr6t") {
        authentication = ClientSecretPost(secret) // the only method
        transport = http
    }
// endregion

// region sign-in
fun beginTwitch(client: OpenIdClient): AuthorizationRequest =
    client.authorizationRequest {
        redirectUri("https://rp.example.com/callback/twitch")
        scope("openid", "user:read:email")
        // there are no scopes email and profile: each claim is asked for by its name
        claims("""{"id_token":{"email":null,"email_verified":null,"preferred_username":null}}""")
    }

suspend fun finishTwitch(
    client: OpenIdClient,
    callbackUrl: String,
    pending: String,
): TokenResponse = client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending))
// endregion

// region api
suspend fun twitchUser(
    client: OpenIdClient,
    tokens: TokenResponse,
): HttpResponse = client.resource("https://api.twitch.tv/helix/users", tokens) { header("client-id", client.clientId) }
// endregion
