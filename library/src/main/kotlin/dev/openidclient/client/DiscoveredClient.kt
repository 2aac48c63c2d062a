package dev.openidclient.client

import dev.openidclient.dpop.Dpop
import dev.openidclient.error.OAuthException
import dev.openidclient.error.printable

/**
 * A client of a server that is asked for its metadata when it is first needed, and again as they grow old: for programs
 * that run for months, and start while the server is down. [OpenIdClient.lazily] makes one; it is wanted wherever a
 * [ClientSource] is.
 *
 * Discovery runs once for all who wait for it. What failed is not kept: it is tried again after a second, doubling up
 * to 30 seconds, more or less by a fifth, and until then [client] fails at once as the last attempt did. Metadata that
 * are known stay in use whatever happens; after [metadataLifetime][ClientSettings.metadataLifetime] they are asked for
 * anew in the background, and so they are, once in 5 minutes at the most, after an operation that found no key of the
 * server that fits, or an endpoint that answers 404 or 410. That operation fails all the same: the next one finds what is
 * new.
 *
 * One for each server and client id, for the life of the program; [close] it at the end. Safe to use from any number of
 * coroutines and threads at once.
 *
 * The page `docs/long-lived-clients.md` shows how it is used; in Spring Boot a starter makes it of properties, as
 * `docs/spring-boot-starter.md` shows.
 */
public class DiscoveredClient internal constructor(
    /** As the server is asked for. */
    public val issuer: String,
    private val configuration: Configuration,
    private val keeper: MetadataKeeper,
    private val dpop: Dpop? = null,
    private val onClose: () -> Unit = {},
) : ClientSource,
    AutoCloseable {
    private class Proven(
        val plain: OpenIdClient,
        val client: OpenIdClient,
    )

    @Volatile
    private var proven: Proven? = null

    public val clientId: String get() = configuration.metadata.clientId

    /** What all clients of this send through, to be shared with others ([ClientSettings.connection]). */
    public val connection: Connection get() = configuration.connection

    /**
     * The client to use now: ask for it each time, and keep none. One that was handed out stays valid all the same, with
     * the metadata that it has; its [close][OpenIdClient.close] closes nothing.
     *
     * Suspends only while nothing is known of the server yet. Who is cancelled stops waiting; discovery goes on for the
     * others. Throws [OAuthException] as [OpenIdClient.discover] does where nothing is known and the server cannot be
     * asked; [IllegalStateException] after [close].
     */
    override suspend fun client(): OpenIdClient = proving(keeper.client())

    /**
     * Asks the server for its metadata now, and returns the client that has them. Throws [OAuthException] where that
     * fails, or they do not hold: those that are known stay in use.
     */
    public suspend fun refresh(): OpenIdClient = proving(keeper.refresh())

    /** How things stand, without a request: for health checks. */
    public fun state(): DiscoveryState = keeper.state()

    /**
     * The same, with clients whose requests prove the possession of the key of [dpop], as [OpenIdClient.withDpop] has
     * them. It shares metadata, connections and keys with this one, which alone is to be closed. Throws
     * [IllegalArgumentException] where the algorithm of its key is not one of the security profile's.
     */
    public fun withDpop(dpop: Dpop): DiscoveredClient {
        configuration.checkDpop(dpop)
        return DiscoveredClient(issuer, configuration, keeper, dpop)
    }

    private fun proving(client: OpenIdClient): OpenIdClient {
        if (dpop == null) return client
        proven?.takeIf { it.plain === client }?.let { return it.client }
        return client.withDpop(dpop).also { proven = Proven(client, it) }
    }

    /**
     * Ends discovery: who waits gets [IllegalStateException], and so does whoever asks afterwards. Closes the HTTP
     * engine that was made for this, so that the clients that were handed out end too; a transport or [Connection] that
     * was given stays open. Nothing on the result of [withDpop].
     */
    override fun close() {
        onClose()
    }

    override fun toString(): String = "DiscoveredClient(${printable(issuer)}, ${printable(clientId)})"
}

/** A [DiscoveredClient] as [settings] say. Sends nothing. */
internal fun discoverLazily(
    issuer: String,
    clientId: String,
    settings: ClientSettings,
): DiscoveredClient {
    val isShared = settings.connection != null
    val server = keptServer(issuer, clientId, settings)
    val connection = server.configuration.connection
    val coroutines = OwnCoroutines(settings.coroutineContext, "discovered client")
    val keeper = MetadataKeeper(server, sourceTime(connection, settings), coroutines, "discovered client")
    return DiscoveredClient(issuer, server.configuration, keeper) {
        coroutines.cancel()
        if (!isShared) connection.close()
    }
}

internal fun sourceTime(
    connection: Connection,
    settings: LazySettings,
): SourceTime {
    val clock = connection.time.clock
    return settings.random?.let { SourceTime(clock, random = it) } ?: SourceTime(clock)
}

/**
 * What [settings] say of the server [issuer]. Throws [IllegalArgumentException] where they contradict themselves, before
 * anything is opened.
 */
internal fun keptServer(
    issuer: String,
    clientId: String,
    settings: ClientSettings,
): KeptServer {
    val traits = settings.connection?.traits ?: settings.traits()
    val address = metadataAddress(issuer, settings.discoveryAlgorithm, traits.insecureRequestsAllowed)
    val fallback = settings.fallbackMetadata
    val expected =
        fallback?.let {
            requireNotNull(address.expectedIssuer(it.issuer)) {
                "fallbackMetadata is of the issuer \"${printable(it.issuer)}\", not of \"${printable(issuer)}\""
            }
        }
    val configuration = settings.buildLazily(clientId, issuer)
    return KeptServer(
        issuer,
        configuration,
        settings.metadataLifetime,
        if (fallback != null && expected != null) OpenIdClient(fallback, configuration, expected) else null,
    )
}
