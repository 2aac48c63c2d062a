package dev.openidclient.client

import dev.openidclient.error.OAuthException
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.shownUrl
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.DiscoveryAlgorithm
import dev.openidclient.metadata.WellKnown

/** The settings of [AuthorizationServerMetadata.Companion.discover]. Read once, when it is called. */
public class ServerDiscoverySettings internal constructor() : ConnectedSettings<ServerDiscoverySettings>() {
    override fun self(): ServerDiscoverySettings = this
}

/**
 * Asks [issuer] for its metadata at each place where a server may have them, as [DiscoveryAlgorithm.ANY] names them:
 * for a program that is not yet a client there ([RFC 8414 §3](https://www.rfc-editor.org/rfc/rfc8414#section-3)).
 *
 * The document must name [issuer] exactly, letter for letter, but for the slash of a bare origin. Throws
 * [OAuthException] where the server cannot be reached, answers otherwise, or names another issuer; with the code
 * `OAUTH_MISSING_SERVER_METADATA` where none of the places has a document; [IllegalArgumentException] where [issuer] is
 * no absolute URL, has a query or fragment, or is the URL of a document, or the settings contradict themselves.
 *
 * The page `docs/agents.md` shows how it is used.
 */
public suspend fun AuthorizationServerMetadata.Companion.discover(
    issuer: String,
    configure: ServerDiscoverySettings.() -> Unit = {},
): AuthorizationServerMetadata {
    val way = ServerDiscoverySettings().apply(configure).way()
    return sending {
        val address = issuerAddress(issuer, way.traits)
        way.through { it.findMetadata(address).metadata }
    }
}

/**
 * The metadata of [issuer], which a server has named, be it in an earlier run of the program: `permitUrl` is asked before
 * each request. Throws as [AuthorizationServerMetadata.Companion.discover] does.
 */
internal suspend fun Connection.discoverNamed(issuer: String): AuthorizationServerMetadata =
    sending { findMetadata(issuerAddress(issuer, traits), Purpose.NAMED_DISCOVERY).metadata }

/** Where [issuer], which must not be the URL of a document, has its metadata. */
internal fun issuerAddress(
    issuer: String,
    traits: ConnectionTraits,
): MetadataAddress {
    val isDocument = AbsoluteUrl.parse(issuer)?.let(WellKnown::isDocument) == true
    require(!isDocument) {
        "the issuer must be named itself, not the URL of its metadata, but is \"${shownUrl(issuer)}\""
    }
    return metadataAddress(issuer, DiscoveryAlgorithm.ANY, traits.insecureRequestsAllowed)
}
