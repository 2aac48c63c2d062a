package dev.openidclient.resource

import dev.openidclient.client.ConnectionWay
import dev.openidclient.client.sending
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.WwwAuthenticateChallenge
import dev.openidclient.error.printable
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.shownUrl
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.ProtectedResourceMetadata

/**
 * A protected resource that was asked whose tokens it takes ([RFC 9728](https://www.rfc-editor.org/rfc/rfc9728)).
 * [discover] makes one:
 *
 * ```kotlin
 * val resource = ProtectedResource.discover("https://mcp.example.com/mcp")
 * val server = resource.authorizationServer()
 * ```
 *
 * Immutable, and safe for any number of coroutines and threads at once. Nothing is to be closed. The page
 * `docs/agents.md` shows how it is used.
 */
public class ProtectedResource internal constructor(
    /** As it was asked for, without a fragment. */
    public val url: String,
    public val metadata: ProtectedResourceMetadata,
    /**
     * Where [metadata] were found; null: nowhere, they are those that
     * [legacyEndpoints][ProtectedResourceSettings.legacyEndpoints] assumes.
     */
    public val documentUrl: String?,
    internal val rules: ResourceRules,
    private val way: ConnectionWay,
) {
    /** Whether nothing is known of the resource but its origin. */
    internal val isLegacy: Boolean get() = documentUrl == null

    /** `resource` of the requests for its tokens (RFC 8707 §2): as the document spells it; empty: none is sent. */
    internal val indicators: List<String> get() = if (isLegacy) emptyList() else listOf(metadata.resource)

    private val identifier = AbsoluteUrl.parse(metadata.resource)

    /**
     * Asks [issuer], one of `authorization_servers`, for its metadata, at each place where a server may have them; null:
     * the first of them. Another one is not asked where that fails.
     *
     * Throws [MetadataException] with the code `OAUTH_MISSING_SERVER_METADATA` where the resource names no server, or the
     * server has no metadata; another [OAuthException] where it cannot be reached, answers otherwise, names another
     * issuer, or does not list this resource after `requireListed()`; [IllegalArgumentException] where [issuer] is none of
     * `authorization_servers`.
     */
    public suspend fun authorizationServer(issuer: String? = null): AuthorizationServerMetadata =
        sending { AuthorizationServers(this, way).find(issuer) }

    /**
     * Whether a token for this resource may be sent to [url]: it is of the same origin, and its path is that of
     * [metadata]'s `resource` or below it, in whole segments. A resource with a query covers that URL alone.
     */
    public fun covers(url: String): Boolean {
        val asked = AbsoluteUrl.parse(url)?.let(::asHttp) ?: return false
        return identifier != null && covers(identifier, asked)
    }

    /** Whether [server] names this resource in its `protected_resources` (RFC 9728 §4), which it need not. */
    public fun isListedBy(server: AuthorizationServerMetadata): Boolean =
        server.protectedResources.orEmpty().any { isSameResource(it, metadata.resource) }

    override fun toString(): String = "ProtectedResource(${printable(shownUrl(url))})"

    public companion object {
        /**
         * Asks the resource at [url] for its metadata ([RFC 9728
         * §3](https://www.rfc-editor.org/rfc/rfc9728#section-3)): where [challenge], of its answer 401, names a document
         * (`resource_metadata`), there and nowhere else; else at `/.well-known/oauth-protected-resource` before the path
         * of [url], and, where there is none, at the origin.
         *
         * The `resource` in it must be [url]; [ProtectedResourceSettings.acceptCoveringResource] takes one that covers
         * it. Tokens are to be asked for as the document spells it.
         *
         * Throws [MetadataException] with the code `OAUTH_RESOURCE_METADATA_NOT_FOUND` where no place has a document;
         * another [OAuthException] where it cannot be reached, answers otherwise, or is of another resource;
         * [IllegalArgumentException] where [url] is no absolute URL, or the settings contradict themselves.
         */
        public suspend fun discover(
            url: String,
            challenge: WwwAuthenticateChallenge? = null,
            configure: ProtectedResourceSettings.() -> Unit = {},
        ): ProtectedResource {
            val settings = ProtectedResourceSettings().apply(configure)
            return ResourceDiscovery(settings.rules(), settings.way()).discover(url, challenge)
        }
    }
}

/** Whether both are one resource: case of scheme and host, the default port and a bare origin's slash do not matter. */
internal fun isSameResource(
    one: String,
    other: String,
): Boolean =
    one == other || AbsoluteUrl.parse(one)?.let { it.toString() == AbsoluteUrl.parse(other)?.toString() } == true

/** Whether [resource] is [url], or its path, in whole segments, the beginning of the path of [url]. */
internal fun covers(
    resource: AbsoluteUrl,
    url: AbsoluteUrl,
): Boolean =
    when {
        resource.origin != url.origin || resource.fragment != null -> false
        resource.query != null -> resource.withoutFragment == url.withoutFragment
        else -> resource.path == url.path || url.path.startsWith("${resource.path.removeSuffix("/")}/")
    }
