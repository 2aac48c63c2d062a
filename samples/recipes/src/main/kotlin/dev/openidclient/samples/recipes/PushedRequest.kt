package dev.openidclient.samples.recipes

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.push
import dev.openidclient.client.OpenIdClient

/**
 * PAR: the parameters go to the server straight, and only a reference goes through the browser. So nobody reads or
 * changes them on the way, and they may be long. Errors in the request come here, not at the callback.
 */
suspend fun beginPushedSignIn(client: OpenIdClient): AuthorizationRequest {
    val request =
        client.authorizationRequest {
            redirectUri("https://rp.example.com/callback")
            scope("openid", "email")
        }
    // The reference lives for `requestUriLifetime`, often a minute: push when the person clicks, not before.
    return client.push(request)
}
