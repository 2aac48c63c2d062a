package dev.openidclient.metadata

import dev.openidclient.http.AbsoluteUrl

/** Where the metadata of an authorization server is, and whether it is the metadata of the one that was asked for. */
internal object WellKnown {
    private const val OIDC_DOCUMENT = "/.well-known/openid-configuration"
    private const val OAUTH2_DOCUMENT = "/.well-known/oauth-authorization-server"

    /**
     * Whether [url] is a metadata document itself: then its issuer is not known beforehand and cannot be checked. Its
     * path alone says so.
     */
    fun isDocument(url: AbsoluteUrl): Boolean = "/.well-known/" in url.path

    /** Where the document of [issuer] is looked for, in this order. */
    fun documentsOf(
        issuer: AbsoluteUrl,
        algorithm: DiscoveryAlgorithm,
    ): List<AbsoluteUrl> =
        when (algorithm) {
            DiscoveryAlgorithm.OIDC -> listOf(appended(issuer))
            DiscoveryAlgorithm.OAUTH2 -> listOf(inserted(issuer, OAUTH2_DOCUMENT))
            DiscoveryAlgorithm.ANY ->
                // without a path the last two are one place
                listOf(inserted(issuer, OAUTH2_DOCUMENT), inserted(issuer, OIDC_DOCUMENT), appended(issuer))
                    .distinctBy { it.path }
        }

    private fun appended(issuer: AbsoluteUrl): AbsoluteUrl =
        issuer.withPath("${issuer.path}$OIDC_DOCUMENT".replaceFirst("//", "/"))

    private fun inserted(
        issuer: AbsoluteUrl,
        name: String,
    ): AbsoluteUrl {
        val path = if (issuer.path == "/") name else "$name/${issuer.path.removeSuffix("/")}"
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

    /** The same, letter for letter (RFC 8414 §3.3), but for a bare origin's slash. */
    fun isIdenticalIssuer(
        expected: String,
        received: String,
    ): Boolean =
        expected == received ||
            (isBareOrigin(expected) && expected.removeSuffix("/") == received.removeSuffix("/"))

    private fun isBareOrigin(issuer: String): Boolean =
        issuer.substringAfter("://").removeSuffix("/").none { it in "/?#" }
}
