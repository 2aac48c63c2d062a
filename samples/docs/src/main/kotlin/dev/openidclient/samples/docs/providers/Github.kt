package dev.openidclient.samples.docs.providers

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.device.deviceAuthorization
import dev.openidclient.device.deviceCodeGrant
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.resource.resource
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant

// region client
private val GITHUB =
    AuthorizationServerMetadata.parse(
        """
        {
          "issuer": "https://github.com/login/oauth",
          "authorization_endpoint": "https://github.com/login/oauth/authorize",
          "token_endpoint": "https://github.com/login/oauth/access_token",
          "device_authorization_endpoint": "https://github.com/login/device/code"
        }
        """,
    )

fun githubClient(
    secret: String?, // null: the device flow needs none
    http: HttpTransport? = null,
): OpenIdClient =
    OpenIdClient(GITHUB, "Iv1.0123456789abcdef") {
        if (secret != null) clientSecret(secret)
        transport = http
    }
// endregion

// region sign-in
fun beginGithub(client: OpenIdClient): AuthorizationRequest =
    client.authorizationRequest {
        redirectUri("https://rp.example.com/callback/github")
        scope("read:user", "user:email") // no "openid": there is no ID Token
    }

/** The JSON of the person, whose `id` stays the same when the `login` changes. */
suspend fun finishGithub(
    client: OpenIdClient,
    callbackUrl: String,
    pending: String,
): HttpResponse {
    val tokens = client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending))
    return client.resource("https://api.github.com/user", tokens) { header("accept", "application/vnd.github+json") }
}
// endregion

// region device
suspend fun signInOnCommandLine(
    client: OpenIdClient,
    show: (url: String, code: String) -> Unit,
): TokenResponse {
    val device = client.deviceAuthorization { scope("read:user") }
    show(device.verificationUri, device.userCode)
    return client.deviceCodeGrant(device)
}
// endregion
