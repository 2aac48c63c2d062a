package dev.openidclient.samples.recipes

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant

/** Asks for access to several APIs at once, so that the person is asked once. */
fun beginSignInForApis(
    client: OpenIdClient,
    vararg apis: String,
): AuthorizationRequest =
    client.authorizationRequest {
        redirectUri("https://rp.example.com/callback")
        scope("openid", "orders:read")
        resource(*apis)
    }

/** A token for one of them: an API that is given it cannot use it at another. */
suspend fun finishSignInForApi(
    client: OpenIdClient,
    callbackUrl: String,
    pending: String,
    api: String,
): TokenResponse = client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending)) { resource(api) }
