@file:Suppress("ktlint:standard:filename") // it is named after its page

package dev.openidclient.samples.docs

import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.HttpResponse
import dev.openidclient.resource.resource
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.clientCredentialsGrant
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import java.time.Duration

// region spring
class OrdersClient(
    private val client: OpenIdClient,
) {
    private val mutex = Mutex()
    private var tokens: TokenResponse? = null

    suspend fun orders(): HttpResponse = client.resource("https://api.example.com/orders", tokens())

    /** The token that is there, until half a minute before it expires; one request for all who wait. */
    private suspend fun tokens(): TokenResponse =
        mutex.withLock {
            tokens?.takeUnless { it.isExpiring(Duration.ofSeconds(30)) }
                ?: client.clientCredentialsGrant { scope("orders:read") }.also { tokens = it }
        }
}
// endregion
