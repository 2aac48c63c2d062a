package dev.openidclient.jose

import dev.openidclient.json.text
import kotlinx.serialization.json.JsonObject

/**
 * Issuers with a placeholder for the tenant that a token is of, as [Microsoft Entra
 * ID](https://learn.microsoft.com/entra/identity-platform/access-tokens) has them in its metadata and in its JWK Set.
 */
internal object TenantIssuer {
    const val PLACEHOLDER: String = "{tenantid}"

    private val UUID = Regex("[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")

    /** Whether [issuer] is [template] with some tenant in it. */
    fun isOne(
        template: String,
        issuer: String,
    ): Boolean {
        if (PLACEHOLDER !in template) return issuer == template
        val before = template.substringBefore(PLACEHOLDER)
        val after = template.substringAfter(PLACEHOLDER)
        val isFramed = issuer.startsWith(before) && issuer.endsWith(after)
        return isFramed && UUID.matches(issuer.substring(before.length).removeSuffix(after))
    }

    /**
     * The `iss` that a token with [claims] must have: [template] with its tenant in it. Null where `tid` names none;
     * anything but a UUID could make another issuer of it.
     */
    fun of(
        template: String,
        claims: JsonObject,
    ): String? {
        if (PLACEHOLDER !in template) return template
        return text(claims["tid"])?.takeIf(UUID::matches)?.let { template.replaceFirst(PLACEHOLDER, it) }
    }
}
