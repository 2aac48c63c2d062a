package dev.openidclient.client

import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.json.text
import dev.openidclient.metadata.AuthorizationServerMetadata

/** Whose keys a [JwksCache] keeps, and where they are. */
internal class JwksLocation(
    val issuer: String,
    /** As the server writes it; null where it names none. */
    val jwksUri: String?,
    /** The same to be asked; throws [dev.openidclient.error.MetadataException] where it cannot or must not be. */
    val url: () -> AbsoluteUrl,
    /** Is told how these keys fail; null: nobody. */
    val doubt: MetadataDoubt? = null,
)

/** The keys of [server], for a client of [configuration]. */
internal fun jwksCache(
    server: AuthorizationServerMetadata,
    configuration: Configuration,
): JwksCache {
    val connection = configuration.connection
    val location =
        JwksLocation(
            server.issuer,
            text(server["jwks_uri"]),
            { server.endpoint("jwks_uri", connection, aliased = false) },
            configuration.doubt,
        )
    return JwksCache(location, connection, configuration.jwksOutageTolerance)
}
