package dev.openidclient.samples.docs.providers

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.HttpTransport
import dev.openidclient.logout.endSessionUrl
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.clientCredentialsGrant

// region client
suspend fun auth0Client(
    secret: String,
    http: HttpTransport? = null,
): OpenIdClient =
    // or your own domain
    OpenIdClient.discover("https://example.eu.auth0.com/", "aBcDeFgHiJkLmNoPqRsTuVwXyZ012345") {
        clientSecret(secret)
        transport = http
    }
// endregion

// region sign-in
fun beginAuth0(client: OpenIdClient): AuthorizationRequest =
    client.authorizationRequest {
        redirectUri("https://rp.example.com/callback/auth0")
        scope("openid", "profile", "email", "offline_access")
        parameter("audience", "https://api.example.com") // else the access token is for UserInfo alone
        parameter("organization", "org_0123456789abcdef") // if you use organizations
    }

/** Null: somebody of another organization. */
suspend fun finishAuth0(
    client: OpenIdClient,
    callbackUrl: String,
    pending: String,
): TokenResponse? {
    val tokens = client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending))
    return tokens.takeIf { it.claims?.toMap()?.get("org_id") == "org_0123456789abcdef" }
}
// endregion

// region service
suspend fun auth0ServiceTokens(client: OpenIdClient): TokenResponse =
    client.clientCredentialsGrant { parameter("audience", "https://api.example.com") } // required
// endregion

// region logout
fun auth0LogoutUrl(
    client: OpenIdClient,
    tokens: TokenResponse,
): String =
    client.endSessionUrl {
        idTokenHint(tokens)
        postLogoutRedirectUri("https://rp.example.com/")
    }
// endregion
