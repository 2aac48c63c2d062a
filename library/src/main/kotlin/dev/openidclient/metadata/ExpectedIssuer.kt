package dev.openidclient.metadata

import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.jose.TenantIssuer
import kotlinx.serialization.json.JsonObject

/** The `iss` that a JWT of the authorization server must have. */
internal sealed class ExpectedIssuer {
    /** Null where [claims] lack what the issuer depends on. */
    abstract fun of(claims: JsonObject): String?

    /** Whether [issuer] names the server where no claims say of which tenant: in an authorization response. */
    abstract fun takes(issuer: String): Boolean

    class Exactly(
        private val issuer: String,
    ) : ExpectedIssuer() {
        override fun of(claims: JsonObject): String = issuer

        override fun takes(issuer: String): Boolean = issuer == this.issuer
    }

    /**
     * Microsoft Entra ID: one metadata document for all tenants, whose issuer has a placeholder for the `tid` claim.
     */
    class OfTenant(
        private val template: String,
    ) : ExpectedIssuer() {
        override fun of(claims: JsonObject): String? = TenantIssuer.of(template, claims)

        override fun takes(issuer: String): Boolean = TenantIssuer.isOne(template, issuer)
    }

    companion object {
        private const val ENTRA_ID = "https://login.microsoftonline.com"

        /** Of the tokens of Entra ID's first version. */
        private const val ENTRA_ID_1 = "https://sts.windows.net"

        private val CHINA =
            setOf(
                "https://login.partner.microsoftonline.cn",
                "https://login.chinacloudapi.cn",
                "https://sts.chinacloudapi.cn",
            )

        /** The addresses of Entra ID in each cloud, and whose issuers the metadata there may name. */
        private val CLOUDS =
            mapOf(
                ENTRA_ID to setOf(ENTRA_ID, ENTRA_ID_1),
                "https://login.microsoftonline.us" to setOf("https://login.microsoftonline.us", ENTRA_ID_1),
                "https://login.partner.microsoftonline.cn" to CHINA,
                "https://login.chinacloudapi.cn" to CHINA,
            )

        /** What an address for all tenants has in the tenant's place. */
        private val ALL_TENANTS = listOf("common", "organizations")
        private const val AZURE_AD_B2C = ".b2clogin.com"

        /** What to expect of a server whose metadata is known, or was found by the URL of its document. */
        fun ofMetadata(issuer: String): ExpectedIssuer =
            if (TenantIssuer.PLACEHOLDER in issuer) OfTenant(issuer) else Exactly(issuer)

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
                isOf(received, CLOUDS[requested.origin].orEmpty()) -> OfTenant(received)
                isForAllTenants(requested, received) -> OfTenant(received)
                requested.host.endsWith(AZURE_AD_B2C) && isOf(received, setOf(requested.origin, ENTRA_ID)) ->
                    Exactly(received)
                else -> null
            }

        private fun isOf(
            issuer: String,
            origins: Set<String>,
        ): Boolean = AbsoluteUrl.parse(issuer.replace(TenantIssuer.PLACEHOLDER, "tenant"))?.origin in origins

        private fun isForAllTenants(
            requested: AbsoluteUrl,
            received: String,
        ): Boolean =
            ALL_TENANTS.any {
                WellKnown.isSameIssuer(requested, received.replaceFirst(TenantIssuer.PLACEHOLDER, it))
            }
    }
}
