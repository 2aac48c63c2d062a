package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.printable
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.json.text
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.WellKnown

private const val JWKS_URI = "jwks_uri"

/**
 * What takes the place of [known], a client of the same server, now that discovery has brought [discovered]: with the
 * keys that are known, where they are to be had at the same place. Throws
 * [OAuthException][dev.openidclient.error.OAuthException] where the new metadata do not hold.
 */
internal fun successor(
    known: OpenIdClient,
    discovered: OpenIdClient,
): OpenIdClient {
    requireSameIssuer(known.server, discovered.server)
    requireUsableUrls(known.server, discovered.server, discovered.connection)
    return when {
        discovered.server.json == known.server.json -> known
        hasSameKeys(known.server, discovered.server) ->
            OpenIdClient(discovered.server, discovered.configuration, discovered.expectedIssuer, known.jwks)
        else -> discovered
    }
}

private fun hasSameKeys(
    known: AuthorizationServerMetadata,
    discovered: AuthorizationServerMetadata,
): Boolean = known.issuer == discovered.issuer && text(known[JWKS_URI]) == text(discovered[JWKS_URI])

/** Discovery by the URL of a document takes any issuer, and so does a server that has a new name: a client does not. */
private fun requireSameIssuer(
    known: AuthorizationServerMetadata,
    discovered: AuthorizationServerMetadata,
) {
    if (known.issuer == discovered.issuer) return
    if (AbsoluteUrl.parse(known.issuer)?.let { WellKnown.isSameIssuer(it, discovered.issuer) } == true) return
    throw ValidationException(
        ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED,
        "expected issuer \"${printable(known.issuer)}\" as before, got \"${printable(discovered.issuer)}\": " +
            "the metadata that are known stay in use",
        subject = ValidationSubject.ISSUER,
    )
}

/** What could be asked until now must not be replaced by what cannot, nor anything be added that must not be asked. */
private fun requireUsableUrls(
    known: AuthorizationServerMetadata,
    discovered: AuthorizationServerMetadata,
    connection: Connection,
) {
    val aliases = discovered.mtlsEndpointAliases?.json?.keys.orEmpty()
    val named =
        discovered.json.keys.filter(::isAsked).map { it to false } + aliases.filter(::isAsked).map { it to true }
    for ((name, isAliased) in named) {
        try {
            discovered.endpoint(name, connection, isAliased)
        } catch (e: MetadataException) {
            if (isUnusable(known, name, connection, isAliased)) continue
            throw e.retold("the new metadata do not hold, and the known ones stay in use: ${e.text}")
        }
    }
}

private fun isAsked(member: String): Boolean = member.endsWith("_endpoint") || member == JWKS_URI

/** Whether [server] names something under [name] that was of no use before either. */
private fun isUnusable(
    server: AuthorizationServerMetadata,
    name: String,
    connection: Connection,
    isAliased: Boolean,
): Boolean =
    try {
        server.endpoint(name, connection, isAliased)
        false
    } catch (e: MetadataException) {
        e.code != ErrorCode.MISSING_SERVER_METADATA
    }

private val SUCCESS = 200..299

/** Whether [failure] says that an answer did not hold, and not that there was none. */
internal fun isRefusal(failure: Throwable): Boolean =
    when (failure) {
        is ValidationException -> true
        // a server without documents has answered nothing that could hold
        is MetadataException -> failure.code != ErrorCode.MISSING_SERVER_METADATA
        is InvalidResponseException -> failure.status in SUCCESS
        else -> false
    }
