package dev.openidclient.resource

import dev.openidclient.client.InsecureRequests
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.requireOrigin
import dev.openidclient.metadata.OpenIdClientDsl

/** The settings of a [ResourceAccess]: which resource servers get its tokens. Read once, when it is made. */
@OpenIdClientDsl
public class ResourceAccessSettings internal constructor() {
    private val origins = LinkedHashSet<String>()

    /**
     * Allows the resource server at [origin]: scheme, host and port, as `https://api.example.com`. Exactly this one,
     * without its subdomains; `wss` at the same host and port is allowed with it. May be called again for another one.
     *
     * Throws [IllegalArgumentException] where [origin] is not `https`, has a path, a query, a fragment or user
     * information, or a wildcard.
     */
    public fun allow(origin: String): ResourceAccessSettings {
        val url = originOf(origin)
        require(url.scheme == "https" || url.scheme == "wss") {
            val advice =
                if (url.scheme in
                    SCHEMES
                ) {
                    ": for tests, allowInsecure(\"${url.origin}\") permits plain http"
                } else {
                    ""
                }
            "an access token goes to https origins only, but this is \"${url.origin}\"$advice"
        }
        return allow(url)
    }

    /** Allows the resource server at [origin] as [allow] does, also with `http` (and `ws`): for tests. */
    @InsecureRequests
    public fun allowInsecure(origin: String): ResourceAccessSettings {
        val url = originOf(origin)
        require(url.scheme in SCHEMES) { "an origin is an http or https one, but this is \"${url.origin}\"" }
        return allow(url)
    }

    private fun allow(url: AbsoluteUrl): ResourceAccessSettings = apply { origins += asHttp(url).origin }

    internal fun build(): AllowedOrigins {
        require(origins.isNotEmpty()) {
            "nobody would get a token: allow the origin of the resource server, as allow(\"https://api.example.com\")"
        }
        return AllowedOrigins(origins)
    }

    private fun originOf(origin: String): AbsoluteUrl = requireOrigin(origin) { "allow(\"$it\")" }

    override fun toString(): String = "ResourceAccessSettings(${origins.joinToString()})"

    private companion object {
        val SCHEMES = setOf("https", "wss", "http", "ws")
    }
}
