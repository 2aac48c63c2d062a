package dev.openidclient.tokensource

import dev.openidclient.client.ClientSource
import dev.openidclient.client.Connection
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.beforeSending
import dev.openidclient.client.clientIdOf
import dev.openidclient.client.connectionOf
import dev.openidclient.client.issuerOf
import dev.openidclient.event.EventSource
import java.time.Clock
import java.time.Duration

/** A [SourceEngine] with the client that its requests are of. */
internal class ClientEngine(
    private val clients: ClientSource,
    private val kind: String,
    private val settings: TokenSourceSettings<*>,
    isUnstoppable: Boolean = false,
) {
    @Volatile
    private var seen: OpenIdClient? = clients as? OpenIdClient

    /** Null: not known before there is a client. */
    private val connection: Connection? = connectionOf(clients)

    init {
        connection?.let(::requireTimeout)
    }

    val engine: SourceEngine =
        SourceEngine(
            settings.rules(),
            settings.time(connection?.time?.clock ?: Clock.systemUTC()),
            settings.coroutineContext,
            connection?.listeners,
            eventSource(issuerOf(clients), clientIdOf(clients)),
            isUnstoppable,
        )

    /** The client to use now. Throws [IllegalArgumentException] where a request of its could take for ever. */
    suspend fun client(): OpenIdClient {
        // what there is no client for is not sent
        val client = beforeSending { clients.client() }
        if (client !== seen) {
            requireTimeout(client.connection)
            engine.listeners = client.connection.listeners
            engine.eventSource = eventSource(client.server.issuer, client.clientId)
            seen = client
        }
        return client
    }

    private fun eventSource(
        issuer: String?,
        clientId: String?,
    ) = EventSource(issuer, clientId, kind, settings.name)

    private fun requireTimeout(connection: Connection) =
        require(!connection.limits.timeout.isZero) {
            "a token source needs a client with a timeout, or a renewal could hang for ever: give \"timeout\" in the " +
                "client's settings a value above zero"
        }
}

/** Of one request; zero: none. */
internal val OpenIdClient.timeout: Duration get() = connection.limits.timeout
