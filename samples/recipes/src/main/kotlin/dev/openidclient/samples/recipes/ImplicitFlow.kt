package dev.openidclient.samples.recipes

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.token.IdTokenClaims
import dev.openidclient.token.implicitAuthentication

/** `id_token`: who is it? No code, no access token, and no secret either, for the token endpoint is not asked. */
suspend fun idTokenClient(
    issuer: String,
    clientId: String,
): OpenIdClient = OpenIdClient.discover(issuer, clientId) { useIdTokenResponseType() }

fun beginImplicitSignIn(client: OpenIdClient): AuthorizationRequest =
    client.authorizationRequest {
        redirectUri("https://rp.example.com/callback")
        scope("openid")
        responseMode("form_post") // a fragment, the default, does not reach a web server
    }

suspend fun finishImplicitSignIn(
    client: OpenIdClient,
    url: String,
    body: String,
    pending: String,
): IdTokenClaims =
    client.implicitAuthentication(AuthorizationCallback.formPost(url, body), PendingAuthorization.decode(pending))
