package dev.openidclient.metadata

import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.jose.TenantIssuer
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
        override fun of(claims: JsonObject): String? = TenantIssuer.of(template, claims)
    }

    companion object {
        private const val ENTRA_ID = "https://login.microsoftonline.com"

        /** Of the tokens of Entra ID's first version. */
        private const val ENTRA_ID_1 = "https://sts.windows.net"
        private const val AZURE_AD_B2C = ".b2clogin.com"

        /**
         * What to expect of a server that was asked for as [requested] and names itself [received], or null where that
         * is not the same one: Entra ID and Azure AD B2C name themselves otherwise than they are asked for, but not as
         * anybody else.
         */
        fun of(
            requested: AbsoluteUrl,
            received: String,
            algorithm: DiscoveryAlgorithm,
        ): ExpectedIssuer? =
            when {
                WellKnown.isSameIssuer(requested, received) -> Exactly(received)
                algorithm != DiscoveryAlgorithm.OIDC -> null
                requested.origin == ENTRA_ID && isOf(received, ENTRA_ID, ENTRA_ID_1) -> OfTenant(received)
                requested.host.endsWith(AZURE_AD_B2C) && isOf(received, requested.origin, ENTRA_ID) -> Exactly(received)
                else -> null
            }

        private fun isOf(
            issuer: String,
            vararg origins: String,
        ): Boolean = AbsoluteUrl.parse(issuer.replace(TenantIssuer.PLACEHOLDER, "tenant"))?.origin in origins
    }
}
