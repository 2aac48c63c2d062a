package dev.openidclient.samples.docs.providers

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.resource.resource
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant

// region client
suspend fun salesforceClient(
    secret: String,
    issuer: String = "https://login.salesforce.com", // or test.salesforce.com, or your My Domain
    http: HttpTransport? = null,
): OpenIdClient =
    OpenIdClient.discover(issuer, "3MVG9.example") {
        clientSecret(secret)
        transport = http
    }
// endregion

// region sign-in
fun beginSalesforce(client: OpenIdClient): AuthorizationRequest =
    client.authorizationRequest {
        redirectUri("https://rp.example.com/callback/salesforce")
        scope("openid", "api", "refresh_token") // refresh_token is their name for offline_access
    }

suspend fun finishSalesforce(
    client: OpenIdClient,
    callbackUrl: String,
    pending: String,
): TokenResponse = client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending))
// endregion

// region api

/** The API of the person's org is where the token response says. */
suspend fun query(
    client: OpenIdClient,
    tokens: TokenResponse,
): HttpResponse {
    val instance = tokens.toMap()["instance_url"].toString()
    require(SALESFORCE.matches(instance)) { "no instance of Salesforce" } // the access token goes there
    return client.resource("$instance/services/data/v62.0/query?q=SELECT+Id+FROM+Account", tokens)
}

private val SALESFORCE = Regex("https://[a-z0-9.-]+\\.salesforce\\.com")
// endregion
