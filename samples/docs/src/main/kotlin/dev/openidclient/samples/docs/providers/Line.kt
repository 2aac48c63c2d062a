package dev.openidclient.samples.docs.providers

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretPost
import dev.openidclient.http.HttpTransport
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant

// region client
suspend fun lineClient(
    channelSecret: String,
    http: HttpTransport? = null,
): OpenIdClient =
    // the client id is the channel id
    OpenIdClient.discover("https://access.line.me", "1234567890") {
        authentication = ClientSecretPost(channelSecret)
        metadata { idTokenSignedResponseAlg("HS256") } // the metadata says ES256, which apps with LIFF or the SDK get
        transport = http
    }
// endregion

// region sign-in
fun beginLine(client: OpenIdClient): AuthorizationRequest =
    client.authorizationRequest {
        redirectUri("https://rp.example.com/callback/line")
        scope("openid", "profile", "email") // email needs a permission for the channel
    }

suspend fun finishLine(
    client: OpenIdClient,
    callbackUrl: String,
    pending: String,
): TokenResponse = client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending))
// endregion
