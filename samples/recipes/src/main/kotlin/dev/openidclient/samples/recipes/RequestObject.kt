package dev.openidclient.samples.recipes

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.push
import dev.openidclient.authorization.sign
import dev.openidclient.client.OpenIdClient
import dev.openidclient.jose.SigningKey

/** JAR: the request is signed, so nobody changes it in the browser. [key] is registered at the server. */
suspend fun beginSignedSignIn(
    client: OpenIdClient,
    key: SigningKey,
): AuthorizationRequest = client.sign(signInRequest(client), key)

/** Signed and pushed: a URL stays short, and the server can prove later what was asked for. */
suspend fun beginSignedAndPushedSignIn(
    client: OpenIdClient,
    key: SigningKey,
): AuthorizationRequest = client.push(client.sign(signInRequest(client), key)) // in this order

private fun signInRequest(client: OpenIdClient) =
    client.authorizationRequest {
        redirectUri("https://rp.example.com/callback")
        scope("openid", "email")
    }
