package dev.openidclient.metadata

import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonObject

/** The `iss` that a JWT of the authorization server must have. */
internal sealed class ExpectedIssuer {
    /** Null where [claims] lack what the issuer depends on. */
    abstract fun of(claims: JsonObject): String?

    class Exactly(
        private val issuer: String,
    ) : ExpectedIssuer() {
        override fun of(claims: JsonObject): String = issuer
    }

    /**
     * Microsoft Entra ID: one metadata document for all tenants, whose issuer has a placeholder for the `tid` claim.
     */
    class OfTenant(
        private val template: String,
    ) : ExpectedIssuer() {
        override fun of(claims: JsonObject): String? =
            if (TENANT in template) text(claims["tid"])?.let { template.replaceFirst(TENANT, it) } else template
    }

    companion object {
        private const val TENANT = "{tenantid}"
        private const val ENTRA_ID = "https://login.microsoftonline.com"
        private const val AZURE_AD_B2C = ".b2clogin.com"

        /**
         * What to expect of a server that was asked for as [requested] and names itself [received], or null where that
         * is not the same one: Entra ID and Azure AD B2C name themselves otherwise than they are asked for.
         */
        fun of(
            requested: AbsoluteUrl,
            received: String,
            algorithm: DiscoveryAlgorithm,
        ): ExpectedIssuer? =
            when {
                WellKnown.isSameIssuer(requested, received) -> Exactly(received)
                algorithm != DiscoveryAlgorithm.OIDC -> null
                requested.origin == ENTRA_ID -> OfTenant(received)
                requested.host.endsWith(AZURE_AD_B2C) -> Exactly(received)
                else -> null
            }
    }
}
