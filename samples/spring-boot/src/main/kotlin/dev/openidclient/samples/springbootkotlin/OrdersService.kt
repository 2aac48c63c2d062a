package dev.openidclient.samples.springbootkotlin

import dev.openidclient.client.OpenIdClient
import dev.openidclient.resource.resource
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.clientCredentialsGrant
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import org.springframework.beans.factory.annotation.Value
import org.springframework.stereotype.Service
import java.time.Duration

// region service

/** Calls an API in the application's own name. */
@Service
class OrdersService(
    private val client: OpenIdClient,
    @param:Value("\${orders.url}") private val url: String,
) {
    private val mutex = Mutex()
    private var tokens: TokenResponse? = null

    fun orders(): String = runBlocking { client.resource(url, tokens()).bodyText() }

    /** One token for all callers, until it is about to end. */
    private suspend fun tokens(): TokenResponse =
        mutex.withLock {
            tokens?.takeUnless { it.isExpiring(Duration.ofSeconds(30)) }
                ?: client.clientCredentialsGrant { scope("orders:read") }.also { tokens = it }
        }
}
// endregion
