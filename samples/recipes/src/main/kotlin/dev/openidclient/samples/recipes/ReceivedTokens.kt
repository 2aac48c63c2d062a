package dev.openidclient.samples.recipes

import dev.openidclient.client.Connection
import dev.openidclient.error.RequestRefusedException
import dev.openidclient.resourceserver.GrantedAccess
import dev.openidclient.resourceserver.ResourceRequest
import dev.openidclient.resourceserver.ResourceServer
import dev.openidclient.tokenstore.ReplayCache

/** One for the program: it takes access tokens of [issuer] for the API, bound to a key or not. */
fun ordersApi(
    issuer: String,
    connection: Connection,
    replays: ReplayCache, // the same for all instances
): ResourceServer =
    ResourceServer("https://api.example.com") {
        issuer(issuer)
        scopesSupported("orders:read", "orders:write")
        dpop { replayCache = replays }
        this.connection = connection
    }

/** Whose orders may be read; throws [RequestRefusedException], whose status and headers are the answer. */
suspend fun readOrders(
    api: ResourceServer,
    request: ResourceRequest,
): GrantedAccess = api.authorize(request).requireScopes("orders:read")

/** The answer to `GET` of `api.metadataPath`: where tokens for the API come from. */
fun apiDocument(api: ResourceServer): String = api.metadata.toString()
