package dev.openidclient.samples.springbootkotlin

import dev.openidclient.client.OpenIdClient
import dev.openidclient.resource.resource
import dev.openidclient.tokensource.ClientCredentialsTokens
import kotlinx.coroutines.runBlocking
import org.springframework.beans.factory.annotation.Value
import org.springframework.stereotype.Service

// region service

/** Calls an API in the application's own name. */
@Service
class OrdersService(
    private val client: OpenIdClient,
    @param:Value("\${orders.url}") private val url: String,
) : AutoCloseable {
    private val service = ClientCredentialsTokens(client)

    /** Always a usable token: one for all callers, renewed in time. */
    private val tokens = service.source { scope("orders:read") }

    fun orders(): String = runBlocking { client.resource(url, tokens.token()).bodyText() }

    override fun close(): Unit = service.close()
}
// endregion
