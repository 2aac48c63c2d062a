package dev.openidclient.tokensource

import dev.openidclient.client.ClientSource
import dev.openidclient.client.OpenIdClient
import dev.openidclient.event.EventSource
import dev.openidclient.event.Listeners
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

    init {
        seen?.let(::requireTimeout)
    }

    val engine: SourceEngine =
        SourceEngine(
            settings.rules(),
            settings.time(seen?.time?.clock ?: Clock.systemUTC()),
            settings.coroutineContext,
            seen?.listeners,
            eventSource(seen),
            isUnstoppable,
        )

    /** The client to use now. Throws [IllegalArgumentException] where a request of its could take for ever. */
    suspend fun client(): OpenIdClient {
        val client = clients.client()
        if (client !== seen) {
            requireTimeout(client)
            engine.listeners = client.listeners
            engine.eventSource = eventSource(client)
            seen = client
        }
        return client
    }

    private fun eventSource(client: OpenIdClient?) =
        EventSource(client?.server?.issuer, client?.clientId, kind, settings.name)

    private fun requireTimeout(client: OpenIdClient) =
        require(!client.timeout.isZero) {
            "a token source needs a client with a timeout, or a renewal could hang for ever: give \"timeout\" in the " +
                "client's settings a value above zero"
        }
}

internal val OpenIdClient.listeners: Listeners? get() = connection.listeners

/** Of one request; zero: none. */
internal val OpenIdClient.timeout: Duration get() = connection.limits.timeout
