package dev.openidclient.samples.recipes

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant

/** `GET /login`: keep `pending.encode()` in the person's session, then redirect the browser to `url`. */
fun beginSignIn(client: OpenIdClient): AuthorizationRequest =
    client.authorizationRequest {
        // PKCE, state and nonce are made inside
        redirectUri("https://rp.example.com/callback") // exactly as it is registered
        scope("openid", "email")
    }

/**
 * `GET /callback`: [callbackUrl] with its query, as the browser asked for it. [pending] is what the session had: remove
 * it there first, so that no callback is taken twice.
 */
suspend fun finishSignIn(
    client: OpenIdClient,
    callbackUrl: String,
    pending: String,
): TokenResponse = client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending))
