package dev.openidclient.samples.docs.providers

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.clientauth.TlsClientAuth
import dev.openidclient.http.CloseableHttpTransport
import dev.openidclient.http.HttpEngine
import dev.openidclient.http.HttpTransport
import dev.openidclient.logout.endSessionUrl
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import java.security.KeyStore

// region client
suspend fun keycloakClient(
    secret: String,
    http: HttpTransport? = null,
): OpenIdClient =
    // the realm at the address that the browser sees
    OpenIdClient.discover("https://kc.example.com/realms/shop", "web") {
        authentication = ClientSecretBasic(secret)
        transport = http
    }
// endregion

// region sign-in
fun beginKeycloak(client: OpenIdClient): AuthorizationRequest =
    client.authorizationRequest {
        redirectUri("https://rp.example.com/callback/keycloak")
        scope("openid", "email", "orders-api") // a client scope of yours, with an audience mapper
    }

suspend fun finishKeycloak(
    client: OpenIdClient,
    callbackUrl: String,
    pending: String,
): TokenResponse = client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending))
// endregion

// region mtls

/** One for all clients of the program. Close it at the end. */
fun transportWithCertificate(
    keyStore: KeyStore, // with one key entry
    password: CharArray,
): CloseableHttpTransport = HttpEngine.AUTOMATIC.open { tls { keyStore(keyStore, password) } }

/** The client authenticator "X509 Certificate" of Keycloak, and tokens that are bound to the certificate. */
suspend fun keycloakClientWithCertificate(http: HttpTransport): OpenIdClient =
    OpenIdClient.discover("https://kc.example.com/realms/shop", "batch") {
        authentication = TlsClientAuth
        metadata { tlsClientCertificateBoundAccessTokens() }
        transport = http
        transportPresentsCertificate()
    }
// endregion

// region logout
fun keycloakLogoutUrl(
    client: OpenIdClient,
    tokens: TokenResponse,
): String =
    client.endSessionUrl {
        idTokenHint(tokens) // without it Keycloak asks the person
        postLogoutRedirectUri("https://rp.example.com/")
    }
// endregion
