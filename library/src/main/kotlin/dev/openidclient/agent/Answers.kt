package dev.openidclient.agent

import dev.openidclient.client.OpenIdClient
import dev.openidclient.metadata.ClientMetadata
import java.util.concurrent.ConcurrentHashMap

/** What somebody answered to a [ClientQuestion], by the issuer that was asked about. */
internal class Answers {
    private val known = ConcurrentHashMap<String, ClientMetadata>()
    private val flights = Flights<ClientMetadata?>()

    operator fun contains(issuer: String): Boolean = known.containsKey(issuer)

    /** What is known, or else what [ask] brings; null where that is nothing. */
    suspend fun of(
        issuer: String,
        ask: suspend () -> ClientMetadata?,
    ): ClientMetadata? {
        known[issuer]?.let { return it }
        return flights.shared(issuer) { known[issuer] ?: ask()?.also { known[issuer] = it } }
    }

    /** Whoever answered may answer otherwise. */
    fun refused(client: OpenIdClient): Boolean {
        val issuer = client.server.issuer
        known[issuer]?.takeIf { it.clientId == client.clientId }?.let { known.remove(issuer, it) }
        return true
    }
}
