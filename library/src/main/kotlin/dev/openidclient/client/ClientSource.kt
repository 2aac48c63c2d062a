package dev.openidclient.client

/**
 * Where the client comes from, each time that one is needed: always the same one, as an [OpenIdClient] is of itself, or
 * one whose metadata is only discovered now, or was discovered anew.
 */
public fun interface ClientSource {
    /** The client to use now; [dev.openidclient.error.OAuthException] where there is none yet. */
    public suspend fun client(): OpenIdClient
}

/** A source of the library's own, of which more is known than a client. */
internal interface KnownClientSource : ClientSource {
    val connection: Connection
    val issuer: String
    val clientId: String
}

/** What the clients of [source] send through; null where that is not known beforehand. */
internal fun connectionOf(source: ClientSource): Connection? =
    when (source) {
        is OpenIdClient -> source.connection
        is DiscoveredClient -> source.connection
        is RegistrySource -> source.registry.connection
        is KnownClientSource -> source.connection
        else -> null
    }

/** The issuer of the clients of [source]; null where that is not known beforehand. */
internal fun issuerOf(source: ClientSource): String? =
    when (source) {
        is OpenIdClient -> source.server.issuer
        is DiscoveredClient -> source.issuer
        is RegistrySource -> source.issuer
        is KnownClientSource -> source.issuer
        else -> null
    }

/** The client id of the clients of [source]; null where that is not known beforehand. */
internal fun clientIdOf(source: ClientSource): String? =
    when (source) {
        is OpenIdClient -> source.clientId
        is DiscoveredClient -> source.clientId
        is KnownClientSource -> source.clientId
        else -> null
    }
