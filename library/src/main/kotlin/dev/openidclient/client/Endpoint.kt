package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.printable
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.requireAllowedScheme
import dev.openidclient.http.shownUrl
import dev.openidclient.json.text
import dev.openidclient.metadata.AuthorizationServerMetadata
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull

private const val ALIASES = "mtls_endpoint_aliases"

/**
 * The URL of the endpoint [name], as `token_endpoint`: where [aliased], the client uses mutual TLS aliases, and the
 * server names one, the alias and nothing else ([RFC 8705 §5](https://www.rfc-editor.org/rfc/rfc8705#section-5)).
 */
internal fun OpenIdClient.endpoint(
    name: String,
    aliased: Boolean = true,
): AbsoluteUrl = server.endpoint(name, connection, aliased && configuration.usesMtlsEndpointAliases(dpop))

internal fun AuthorizationServerMetadata.endpoint(
    name: String,
    connection: Connection,
    aliased: Boolean,
): AbsoluteUrl {
    val aliases = if (aliased) mtlsEndpointAliases?.json else null
    val alias = aliases?.get(name)?.takeUnless { it is JsonNull }
    val url = if (alias != null) url("$ALIASES.$name", alias) else url(name, json[name])
    return requireAllowedScheme(url, connection.traits.insecureRequestsAllowed)
}

private fun AuthorizationServerMetadata.url(
    member: String,
    value: JsonElement?,
): AbsoluteUrl {
    if (value == null || value is JsonNull) {
        throw MetadataException(
            ErrorCode.MISSING_SERVER_METADATA,
            "server metadata has no \"$member\": ${printable(issuer)} does not offer it, or the metadata that was " +
                "given leaves it out",
        )
    }
    return text(value)?.let(::absoluteUrl)
        ?: throw MetadataException(
            ErrorCode.INVALID_SERVER_METADATA,
            "server metadata \"$member\" must be an absolute URL, but is " +
                (text(value)?.let { "\"${shownUrl(it)}\"" } ?: printable(value.toString())) +
                text(value)?.let(AbsoluteUrl::hostAdvice).orEmpty(),
        )
}
