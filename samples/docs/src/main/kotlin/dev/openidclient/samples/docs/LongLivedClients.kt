package dev.openidclient.samples.docs

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.clientFor
import dev.openidclient.client.ClientEntry
import dev.openidclient.client.ClientRegistry
import dev.openidclient.client.DiscoveredClient
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.http.HttpEngine
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.tokensource.ClientCredentialsTokens
import java.time.Duration

/** A tenant's server, and what it calls this program. */
class TenantServer(
    val clientId: String,
    val secret: String,
)

/** What this program knows of its tenants. */
fun interface TenantTable {
    suspend fun byIssuer(issuer: String): TenantServer?
}

class LongLivedClientsKotlin(
    private val secret: String,
) {
    suspend fun started(): TokenResponse {
        // region lazily
        val oauth =
            OpenIdClient.lazily("https://as.example.com", "s6BhdRkqt3") {
                // asks nothing
                authentication = ClientSecretBasic(secret)
                jwksOutageTolerance = Duration.ofHours(4)
            }
        val orders = ClientCredentialsTokens(oauth).source { scope("orders:read") } // asks nothing either

        val tokens = orders.token() // asks the server, the first time
        // endregion
        return tokens
    }

    // region each-time
    suspend fun signIn(oauth: DiscoveredClient): AuthorizationRequest =
        oauth.client().authorizationRequest {
            // client() each time: it may be a newer one
            redirectUri("https://rp.example.com/callback")
            scope("openid")
        }
    // endregion

    fun withFallback(storedMetadata: String): DiscoveredClient {
        // region fallback
        val oauth =
            OpenIdClient.lazily("https://as.example.com", "s6BhdRkqt3") {
                fallbackMetadata(storedMetadata) // the JSON of /.well-known/openid-configuration
            }
        // endregion
        return oauth
    }

    // region registry
    fun clients(
        tenants: TenantTable,
        isPublic: (String) -> Boolean,
    ): ClientRegistry =
        ClientRegistry {
            permitUrl { url -> isPublic(url) } // no server may send this program behind its firewall
            find { issuer ->
                tenants.byIssuer(issuer)?.let { tenant ->
                    ClientEntry(tenant.clientId) {
                        authentication = ClientSecretBasic(tenant.secret)
                        requireAuthorizationResponseIss()
                    }
                }
            }
        }
    // endregion

    // region tenant-sign-in
    suspend fun signIn(
        clients: ClientRegistry,
        issuer: String,
    ): AuthorizationRequest =
        clients.client(issuer).authorizationRequest { redirectUri("https://rp.example.com/callback").scope("openid") }

    suspend fun signedIn(
        clients: ClientRegistry,
        callbackUrl: String,
        pending: PendingAuthorization,
    ): TokenResponse = clients.clientFor(callbackUrl, pending).authorizationCodeGrant(callbackUrl, pending)
    // endregion

    suspend fun shared() {
        // region share
        HttpEngine.JAVA.open().use { shared ->
            // or OkHttpTransport.open(), or KtorTransport(httpClient)
            val oauth = OpenIdClient.lazily("https://as.example.com", "s6BhdRkqt3") { transport = shared }
            val clients =
                ClientRegistry {
                    transport = shared
                    find { issuer -> ClientEntry("s6BhdRkqt3").takeIf { issuer == "https://other.example.com" } }
                }
            serve(oauth, clients)
        }
        // endregion
    }

    private suspend fun serve(
        oauth: DiscoveredClient,
        clients: ClientRegistry,
    ) {
        oauth.client()
        clients.client("https://other.example.com")
    }
}
