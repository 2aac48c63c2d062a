package dev.openidclient.samples.recipes

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.token.TokenResponse
import java.time.Duration

/** Before something that matters: the sign-in must be of the last five minutes, if possible with two factors. */
fun beginStepUp(
    client: OpenIdClient,
    acr: String,
): AuthorizationRequest =
    client.authorizationRequest {
        redirectUri("https://rp.example.com/callback")
        scope("openid")
        maxAge(Duration.ofMinutes(5)) // checked with `auth_time` when the ID Token comes
        acrValues(acr) // a wish: the server may ignore it
    }

/** So look at what was done. */
fun isSteppedUp(
    tokens: TokenResponse,
    acr: String,
): Boolean = tokens.claims?.acr == acr

/** Single claims by name, in place of a whole scope. The server still may leave out what it does not know. */
fun beginSignInWithClaims(client: OpenIdClient): AuthorizationRequest =
    client.authorizationRequest {
        redirectUri("https://rp.example.com/callback")
        scope("openid")
        claims("""{"id_token": {"nickname": {"essential": true}}, "userinfo": {"zoneinfo": null}}""")
    }
