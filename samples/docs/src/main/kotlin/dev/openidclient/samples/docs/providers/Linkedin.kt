package dev.openidclient.samples.docs.providers

import dev.openidclient.authorization.AuthorizationCodeChecks
import dev.openidclient.authorization.authorizationUrl
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretPost
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.Parameters
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant

// region client
suspend fun linkedinClient(
    secret: String,
    http: HttpTransport? = null,
): OpenIdClient =
    OpenIdClient.discover("https://www.linkedin.com/oauth", "77abcdefghijkl") {
        authentication = ClientSecretPost(secret) // the only method
        assumeBearer() // the answer may lack token_type
        transport = http
    }
// endregion

// region sign-in

/** [state] is `randomState()`, kept in the person's session. */
fun beginLinkedin(
    client: OpenIdClient,
    state: String,
): String =
    client.authorizationUrl( // without code_challenge and nonce: LinkedIn refuses the one and forgets the other
        Parameters.of(
            "redirect_uri" to "https://rp.example.com/callback/linkedin",
            "scope" to "openid profile email",
            "state" to state,
        ),
    )

/** [state] is removed from the session first, so that no callback is taken twice. */
suspend fun finishLinkedin(
    client: OpenIdClient,
    callbackUrl: String,
    state: String,
): TokenResponse {
    val checks =
        AuthorizationCodeChecks {
            expectedState = state
            redirectUri = "https://rp.example.com/callback/linkedin"
            idTokenExpected()
        }
    return client.authorizationCodeGrant(callbackUrl, checks)
}
// endregion

// region pkce

/** For an app for which LinkedIn has turned on PKCE: then only the nonce is missing. */
suspend fun linkedinClientWithPkce(
    secret: String,
    http: HttpTransport? = null,
): OpenIdClient =
    OpenIdClient.discover("https://www.linkedin.com/oauth", "77abcdefghijkl") {
        authentication = ClientSecretPost(secret)
        assumeBearer()
        acceptMissingNonce() // PKCE and state are checked, and a nonce that does come
        transport = http
    }
// endregion
