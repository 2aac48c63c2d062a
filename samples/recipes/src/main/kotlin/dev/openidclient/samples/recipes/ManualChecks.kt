package dev.openidclient.samples.recipes

import dev.openidclient.authorization.AuthorizationCodeChecks
import dev.openidclient.authorization.Pkce
import dev.openidclient.authorization.authorizationUrl
import dev.openidclient.authorization.randomNonce
import dev.openidclient.authorization.randomState
import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.Parameters
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant

/** To be kept in the person's session, each value for one sign-in only. */
class OwnChecks {
    val state: String = randomState()
    val nonce: String = randomNonce()
    val pkce: Pkce = Pkce.generate()
}

/** Where a framework makes its own state and nonce. Everywhere else `authorizationRequest { }` does it. */
fun beginManualSignIn(
    client: OpenIdClient,
    own: OwnChecks,
): String =
    client.authorizationUrl(
        Parameters.of(
            "redirect_uri" to "https://rp.example.com/callback",
            "scope" to "openid email",
            "state" to own.state,
            "nonce" to own.nonce,
            "code_challenge" to own.pkce.codeChallenge,
            "code_challenge_method" to own.pkce.codeChallengeMethod,
        ),
    )

suspend fun finishManualSignIn(
    client: OpenIdClient,
    callbackUrl: String,
    own: OwnChecks,
): TokenResponse {
    val checks =
        AuthorizationCodeChecks {
            expectedState = own.state
            expectedNonce = own.nonce
            pkceCodeVerifier = own.pkce.codeVerifier
            idTokenExpected() // else tokens without an ID Token, and so without a person, are taken too
        }
    return client.authorizationCodeGrant(callbackUrl, checks)
}
