package dev.openidclient.resourceserver

import dev.openidclient.client.ProtocolTime
import dev.openidclient.error.printable
import dev.openidclient.token.IntrospectionResponse
import kotlinx.serialization.json.JsonObject
import java.time.Duration
import java.time.Instant

/** What a server must say of an opaque token, and for how long its answers are kept. */
internal class IntrospectionRules(
    /** The names of this resource server: the `aud` of a token must have one of them. */
    val audiences: Set<String>,
    /** Whether a token of which the server names no audience is refused. */
    val isAudienceRequired: Boolean,
    /** For how long an answer is kept; zero: not at all. */
    val ttl: Duration = Duration.ZERO,
    /** For how long more an answer serves while the server cannot be reached; zero: not at all. */
    val staleOnOutage: Duration = Duration.ZERO,
) {
    init {
        require(staleOnOutage.isZero || !ttl.isZero) { "staleOnOutage(…) needs cache(…): without it no answer is kept" }
    }
}

/**
 * An answer of a server about one token, read and judged once but for the time ([RFC 7662
 * §2.2](https://www.rfc-editor.org/rfc/rfc7662#section-2.2)). A member of a wrong type is a fault of the server's, an
 * [dev.openidclient.error.InvalidResponseException] of the constructor.
 */
internal class IntrospectedToken(
    response: IntrospectionResponse,
    issuer: String,
    rules: IntrospectionRules,
) {
    val isActive: Boolean = response.isActive
    private val claims: JsonObject = response.json
    private val expiresAt: Instant? = response.expiresAt
    private val notBefore: Instant? = response.notBefore
    private val refusal: String? = if (isActive) refusalOf(response, issuer, rules) else NOT_ACTIVE

    /** What the server says of the token; throws [RefusedToken] where that is not enough at [time]. */
    fun claims(time: ProtocolTime): JsonObject {
        if (refusal != null) throw RefusedToken(refusal)
        val now = time.instant
        if (expiresAt != null && expiresAt <= now.minusSeconds(time.tolerance)) throw untimely("expired", "exp", time)
        if (notBefore != null && notBefore > now.plusSeconds(time.tolerance)) {
            throw untimely("not valid yet", "nbf", time)
        }
        return claims
    }

    /** Whether [time] is before the end that the server named, if it named one. */
    fun isUnexpired(time: ProtocolTime): Boolean = expiresAt == null || time.instant < expiresAt

    private fun untimely(
        what: String,
        member: String,
        time: ProtocolTime,
    ) = RefusedToken(
        "introspection: the token is $what: \"$member\" is ${printable(claims[member].toString())}, the time here is " +
            "${time.now} with a tolerance of ${time.tolerance} seconds",
    )

    private companion object {
        const val NOT_ACTIVE = "introspection: the token is not active"

        /** RFC 6750, RFC 9449; a refresh token has none of these, or no type at all. */
        val TOKEN_TYPES = listOf("Bearer", "DPoP")

        fun refusalOf(
            response: IntrospectionResponse,
            issuer: String,
            rules: IntrospectionRules,
        ): String? {
            val audience = response.audience
            val type = response.tokenType
            val named = response.issuer
            return when {
                named != null && named != issuer ->
                    "introspection: expected \"iss\" \"${printable(issuer)}\", got \"${printable(named)}\""
                type != null && TOKEN_TYPES.none { it.equals(type, ignoreCase = true) } ->
                    "introspection: \"token_type\" must be Bearer or DPoP, but is \"${printable(type)}\""
                type.equals("DPoP", ignoreCase = true) && response.confirmation?.jwkThumbprint == null ->
                    "introspection: the server says that the token is bound to a DPoP key, but not to which (cnf.jkt)"
                audience == null && rules.isAudienceRequired ->
                    "introspection: the server names no \"aud\" of the token, which requireAudience() of the issuer " +
                        "demands"
                audience != null && audience.none(rules.audiences::contains) ->
                    "introspection: \"aud\" of the token must name ${shown(rules.audiences, " or ")}, but names " +
                        shown(audience, ", ").ifEmpty { "nobody" }
                else -> null
            }
        }

        fun shown(
            names: Collection<String>,
            separator: String,
        ): String = names.joinToString(separator) { "\"${printable(it)}\"" }
    }
}
