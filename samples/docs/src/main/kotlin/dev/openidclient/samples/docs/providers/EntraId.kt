package dev.openidclient.samples.docs.providers

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientAuthentication
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.http.HttpTransport
import dev.openidclient.jose.SigningKey
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.clientCredentialsGrant
import java.security.cert.X509Certificate

private const val CLIENT = "11111111-2222-4333-8444-555555555555"

// region single-tenant
suspend fun entraClient(
    tenantId: String, // its UUID
    secret: String,
    http: HttpTransport? = null,
): OpenIdClient =
    OpenIdClient.discover("https://login.microsoftonline.com/$tenantId/v2.0", CLIENT) {
        clientSecret(secret)
        transport = http
    }
// endregion

// region multi-tenant
suspend fun entraForAllTenants(
    secret: String,
    http: HttpTransport? = null,
): OpenIdClient =
    OpenIdClient.discover("https://login.microsoftonline.com/organizations/v2.0", CLIENT) {
        clientSecret(secret)
        nonRepudiationChecks() // verifies the signature too, with a key that is the tenant's
        transport = http
    }

fun beginEntra(client: OpenIdClient): AuthorizationRequest =
    client.authorizationRequest {
        redirectUri("https://rp.example.com/callback/microsoft")
        scope("openid", "profile", "email", "offline_access")
    }

/** Null: somebody of a tenant that is no customer. */
suspend fun finishEntra(
    client: OpenIdClient,
    callbackUrl: String,
    pending: String,
    customers: Set<String>,
): TokenResponse? {
    val tokens = client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending))
    val tenant = tokens.claims?.toMap()?.get("tid") // the person is tid and oid together, never the e-mail address
    return tokens.takeIf { tenant in customers }
}
// endregion

// region b2c
suspend fun b2cClient(
    secret: String,
    http: HttpTransport? = null,
): OpenIdClient =
    OpenIdClient.discover("https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_sign_in/v2.0", CLIENT) {
        clientSecret(secret)
        acceptRefreshedAuthTime() // a refreshed ID Token has another auth_time
        transport = http
    }

fun beginB2c(client: OpenIdClient): AuthorizationRequest =
    client.authorizationRequest {
        redirectUri("https://rp.example.com/callback/b2c")
        scope("openid", "offline_access", client.clientId) // without the last one no access token comes
    }
// endregion

// region certificate

/** For `authentication`: a certificate that is registered with the app, in place of a secret. */
fun entraCertificate(
    tenantId: String,
    certificate: X509Certificate,
    key: SigningKey, // PS256, of that certificate
): ClientAuthentication =
    PrivateKeyJwt(key.withCertificates(listOf(certificate))) {
        // names it as x5t#S256
        it.header("typ", "JWT")
        it.claim("aud", "https://login.microsoftonline.com/$tenantId/oauth2/v2.0/token")
    }

/** A service without a person. */
suspend fun graphTokens(client: OpenIdClient): TokenResponse =
    client.clientCredentialsGrant { scope("https://graph.microsoft.com/.default") }
// endregion
