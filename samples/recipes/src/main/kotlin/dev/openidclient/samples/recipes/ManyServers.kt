package dev.openidclient.samples.recipes

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.clientFor
import dev.openidclient.client.ClientEntry
import dev.openidclient.client.ClientRegistry
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant

/** What the program stores of each tenant. */
class Tenant(
    val clientId: String,
    val secret: String,
)

/** One for the program; close it at the end. An issuer that [tenantOf] does not know is refused, and nothing is sent. */
fun clientsOfTenants(tenantOf: suspend (String) -> Tenant?): ClientRegistry =
    ClientRegistry {
        find { issuer ->
            tenantOf(issuer)?.let {
                ClientEntry(it.clientId) {
                    authentication = ClientSecretBasic(it.secret)
                    // else each server needs a redirect URI of its own
                    requireAuthorizationResponseIss()
                }
            }
        }
    }

/** Send the browser to `url`; store `pending.encode()` in the person's session. */
suspend fun beginTenantSignIn(
    tenants: ClientRegistry,
    issuer: String,
    redirectUri: String,
): AuthorizationRequest = tenants.client(issuer).authorizationRequest { redirectUri(redirectUri).scope("openid") }

/** With the client of the server that the person was sent to, and of no other (RFC 9700 §4.4). */
suspend fun finishTenantSignIn(
    tenants: ClientRegistry,
    callbackUrl: String,
    stored: String,
): TokenResponse {
    val pending = PendingAuthorization.decode(stored)
    return tenants.clientFor(callbackUrl, pending).authorizationCodeGrant(callbackUrl, pending)
}
