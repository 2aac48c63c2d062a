package dev.openidclient.token

import dev.openidclient.error.MASK
import dev.openidclient.http.shownUrl
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonObject

/**
 * Where claims are that the server does not say itself ([OpenID Connect Core
 * §5.6.2](https://openid.net/specs/openid-connect-core-1_0.html#AggregatedDistributedClaims)): in a JWT of another party
 * ([jwt], "aggregated"), or at an [endpoint] of it ("distributed", as Entra ID has it for people of many groups).
 * Nothing of it is fetched or verified here. `toString` does not show the JWT or the token.
 */
public class ClaimSource internal constructor(
    /** The names of the claims that it has. */
    public val claims: Set<String>,
    /** `JWT`; null where the claims are at an [endpoint]. */
    public val jwt: String?,
    /** `endpoint`, as the server names it: whom you ask there is yours to judge. */
    public val endpoint: String?,
    /** `access_token` for [endpoint], a secret; null where none came. */
    public val accessToken: String?,
) {
    override fun toString(): String = "ClaimSource($claims, ${if (jwt == null) endpoint?.let(::shownUrl) else MASK})"

    internal companion object {
        /** The sources in [claims] by name; what is none is left out. */
        fun of(claims: JsonObject): Map<String, ClaimSource> {
            val sources = claims["_claim_sources"] as? JsonObject ?: return emptyMap()
            val names = (claims["_claim_names"] as? JsonObject).orEmpty()
            return sources
                .mapNotNull { (name, source) ->
                    val from = names.filterValues { text(it) == name }.keys
                    (source as? JsonObject)?.let { of(from, it) }?.let { name to it }
                }.toMap()
        }

        private fun of(
            claims: Set<String>,
            source: JsonObject,
        ): ClaimSource? {
            val jwt = text(source["JWT"])
            val endpoint = text(source["endpoint"])
            val isOne = (jwt == null) != (endpoint == null)
            return if (isOne) ClaimSource(claims, jwt, endpoint, text(source["access_token"])) else null
        }
    }
}
