package dev.openidclient.resource

import dev.openidclient.client.ConnectedSettings
import dev.openidclient.metadata.OpenIdClientDsl

/**
 * The settings of [ProtectedResource.discover]. Read once, when it is called.
 *
 * `permitUrl` in `connection { }` is asked before each request to a URL that the resource has named: the document of its
 * challenge, and its authorization server.
 */
@OpenIdClientDsl
public class ProtectedResourceSettings internal constructor() : ConnectedSettings<ProtectedResourceSettings>() {
    private var isCoveringAccepted = false
    private var isListingRequired = false
    private var isLegacyAccepted = false

    /**
     * The metadata may name a resource that covers the one that was asked for: the same origin, and a path that is the
     * beginning of its path, in whole segments, as `https://a.example` and `https://a.example/api` cover
     * `https://a.example/api/orders`. For servers that have one document for all; not at the place of the requested path
     * itself. Without this call it must be the requested URL ([RFC 9728
     * §3.3](https://www.rfc-editor.org/rfc/rfc9728#section-3.3)). Clients with a security profile refuse such a resource.
     */
    public fun acceptCoveringResource(): ProtectedResourceSettings = apply { isCoveringAccepted = true }

    /**
     * The authorization server must list the resource in its `protected_resources` ([RFC 9728
     * §4](https://www.rfc-editor.org/rfc/rfc9728#section-4)), else [ProtectedResource.authorizationServer] fails with the
     * code `OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED`. Servers may leave out what they know, so this is off by default.
     */
    public fun requireListed(): ProtectedResourceSettings = apply { isListingRequired = true }

    /**
     * A resource without any metadata has its authorization server at its own origin: for servers of the Model Context
     * Protocol of March 2025. Where that has no metadata either, its endpoints are `/authorize`, `/token` and
     * `/register`, with PKCE. The `resource` is not named to it. Clients with a security profile refuse such a resource.
     * Contradicts [requireListed].
     */
    public fun legacyEndpoints(): ProtectedResourceSettings = apply { isLegacyAccepted = true }

    internal fun rules(): ResourceRules {
        require(!isLegacyAccepted || !isListingRequired) {
            "requireListed() and legacyEndpoints() exclude each other: a server without metadata lists nothing"
        }
        return ResourceRules(isCoveringAccepted, isListingRequired, isLegacyAccepted)
    }

    override fun self(): ProtectedResourceSettings = this
}

/** What is demanded of the metadata of a resource, and where less than by default. */
internal class ResourceRules(
    val isCoveringAccepted: Boolean,
    val isListingRequired: Boolean,
    val isLegacyAccepted: Boolean,
) {
    /** The calls that gave up a check, for messages. */
    val looserCalls: List<String>
        get() =
            listOfNotNull(
                "acceptCoveringResource()".takeIf { isCoveringAccepted },
                "legacyEndpoints()".takeIf { isLegacyAccepted },
            )
}
