package dev.openidclient.ktor

import dev.openidclient.client.ClientSource
import dev.openidclient.client.InsecureRequests
import dev.openidclient.metadata.OpenIdClientDsl
import dev.openidclient.resource.ResourceAccess
import dev.openidclient.resource.ResourceAccessSettings
import dev.openidclient.tokensource.TokenSource

/** The settings of the plugin [OAuth]: whose tokens go where. Either [access] alone, or the others. */
@OpenIdClientDsl
public class OAuthSettings internal constructor() {
    /** Whose tokens these are: an [OpenIdClient][dev.openidclient.client.OpenIdClient], or where one comes from. */
    public var client: ClientSource? = null

    /** Where the token of a request comes from, unless the request says otherwise with [tokens]. */
    public var tokens: TokenSource? = null

    /** All of it in one, made elsewhere and perhaps used by another HTTP client too; then nothing else is set here. */
    public var access: ResourceAccess? = null

    private val origins = mutableListOf<ResourceAccessSettings.() -> Unit>()

    /** Allows the resource server at [origin] as [ResourceAccessSettings.allow] does. May be called again. */
    public fun allow(origin: String): OAuthSettings = apply { origins += { allow(origin) } }

    /** Allows the resource server at [origin] as [ResourceAccessSettings.allowInsecure] does: for tests. */
    @InsecureRequests
    public fun allowInsecure(origin: String): OAuthSettings = apply { origins += { allowInsecure(origin) } }

    internal fun build(): ResourceAccess {
        val access = access
        if (access == null) {
            val client = requireNotNull(client) { "$PLUGIN needs whose tokens it sends: set client, or access" }
            val tokens = requireNotNull(tokens) { "$PLUGIN needs where tokens come from: set tokens, or access" }
            val allowed = origins
            return ResourceAccess(client, tokens) { for (allow in allowed) allow() }
        }
        require(client == null && tokens == null && origins.isEmpty()) {
            "$PLUGIN has access, which has its client, tokens and origins already: " +
                "set access alone, or client, tokens and allow without it"
        }
        return access
    }

    override fun toString(): String = "OAuthSettings(${access ?: "${origins.size} origins"})"

    private companion object {
        const val PLUGIN = "install(OAuth)"
    }
}
