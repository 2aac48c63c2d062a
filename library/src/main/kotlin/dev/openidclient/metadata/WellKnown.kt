package dev.openidclient.metadata

import dev.openidclient.http.AbsoluteUrl

/** Where the metadata of an authorization server is, and whether it is the metadata of the one that was asked for. */
internal object WellKnown {
    private const val OIDC_SUFFIX = "/.well-known/openid-configuration"
    private const val OAUTH2_PREFIX = "/.well-known/oauth-authorization-server"

    /**
     * Whether [url] is a metadata document itself: then its issuer is not known beforehand and cannot be checked. Its
     * path alone says so.
     */
    fun isDocument(url: AbsoluteUrl): Boolean = "/.well-known/" in url.path

    fun documentOf(
        issuer: AbsoluteUrl,
        algorithm: DiscoveryAlgorithm,
    ): AbsoluteUrl {
        val path =
            when (algorithm) {
                DiscoveryAlgorithm.OIDC -> "${issuer.path}$OIDC_SUFFIX"
                DiscoveryAlgorithm.OAUTH2 ->
                    if (issuer.path == "/") OAUTH2_PREFIX else "$OAUTH2_PREFIX/${issuer.path.removeSuffix("/")}"
            }
        return issuer.withPath(path.replaceFirst("//", "/"))
    }

    /**
     * Whether [received] names the issuer [expected]; case of scheme and host, the default port and a bare origin's
     * slash do not matter.
     */
    fun isSameIssuer(
        expected: AbsoluteUrl,
        received: String,
    ): Boolean = AbsoluteUrl.parse(received)?.toString() == expected.toString()
}
