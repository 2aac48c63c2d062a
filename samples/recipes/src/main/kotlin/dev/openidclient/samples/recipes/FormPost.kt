package dev.openidclient.samples.recipes

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant

/** Keeps the code out of the URL, and so out of logs and of the browser's history. */
fun beginFormPost(client: OpenIdClient): AuthorizationRequest =
    client.authorizationRequest {
        redirectUri("https://rp.example.com/callback")
        scope("openid", "email")
        responseMode("form_post")
    }

/**
 * `POST /callback`, with the body as it came. The POST comes from the server's page: a session cookie that is
 * `SameSite=Lax` stays at home, so the one with [pending] has to be `SameSite=None; Secure; HttpOnly`.
 */
suspend fun finishFormPost(
    client: OpenIdClient,
    url: String,
    body: String,
    pending: String,
): TokenResponse =
    client.authorizationCodeGrant(AuthorizationCallback.formPost(url, body), PendingAuthorization.decode(pending))
