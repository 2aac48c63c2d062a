package dev.openidclient.http

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException

/**
 * Returns [url] where it is `https`, or where it is `http` and [insecureAllowed]; else throws [MetadataException].
 * There is no exemption for localhost.
 */
internal fun requireAllowedScheme(
    url: AbsoluteUrl,
    insecureAllowed: Boolean,
): AbsoluteUrl {
    if (url.scheme == "https" || (insecureAllowed && url.scheme == "http")) return url
    val shown = shownUrl(url.withoutQueryAndFragment)
    when {
        url.scheme == "http" ->
            throw MetadataException(
                ErrorCode.HTTP_REQUEST_FORBIDDEN,
                "only https URLs may be used, got \"$shown\"; " +
                    "allowInsecureRequests() in the settings permits http, for tests",
            )
        insecureAllowed ->
            throw MetadataException(
                ErrorCode.REQUEST_PROTOCOL_FORBIDDEN,
                "only https and http URLs may be used, got \"$shown\"",
            )
        else -> throw MetadataException(ErrorCode.HTTP_REQUEST_FORBIDDEN, "only https URLs may be used, got \"$shown\"")
    }
}
