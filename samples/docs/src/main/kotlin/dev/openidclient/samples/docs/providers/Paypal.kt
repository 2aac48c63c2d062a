package dev.openidclient.samples.docs.providers

import dev.openidclient.authorization.AuthorizationCodeChecks
import dev.openidclient.authorization.Pkce
import dev.openidclient.authorization.authorizationUrl
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.Parameters
import dev.openidclient.resource.resource
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.clientCredentialsGrant

// region client
suspend fun paypalClient(
    secret: String,
    http: HttpTransport? = null,
): OpenIdClient =
    // the document by its URL: it is not where its issuer, https://www.paypal.com, would have it
    OpenIdClient.discover("https://www.paypalobjects.com/.well-known/openid-configuration", "AeA1QIZXiflr1_-example") {
        authentication = ClientSecretBasic(secret) // the only method
        transport = http
    }
// endregion

// region sign-in

/** What the person's session keeps until the callback. */
class PaypalSignIn(
    val url: String,
    val state: String,
    val codeVerifier: String,
)

fun beginPaypal(
    client: OpenIdClient,
    state: String, // randomState()
): PaypalSignIn {
    val pkce = Pkce.generate()
    val parameters =
        Parameters.of(
            "redirect_uri" to "https://rp.example.com/callback/paypal",
            "scope" to "openid profile email",
            "state" to state,
            "code_challenge" to pkce.codeChallenge,
            "code_challenge_method" to pkce.codeChallengeMethod,
        )
    return PaypalSignIn(client.authorizationUrl(parameters), state, pkce.codeVerifier)
}

/** The JSON of the person; `openid` is asked for, but no ID Token comes, so the checks demand none. */
suspend fun finishPaypal(
    client: OpenIdClient,
    callbackUrl: String,
    pending: PaypalSignIn,
): HttpResponse {
    val checks =
        AuthorizationCodeChecks {
            expectedState = pending.state
            pkceCodeVerifier = pending.codeVerifier
            redirectUri = "https://rp.example.com/callback/paypal"
        }
    val tokens = client.authorizationCodeGrant(callbackUrl, checks)
    return client.resource("https://api-m.paypal.com/v1/identity/oauth2/userinfo?schema=paypalv1.1", tokens)
}
// endregion

// region service
suspend fun paypalApiTokens(client: OpenIdClient): TokenResponse = client.clientCredentialsGrant()
// endregion
