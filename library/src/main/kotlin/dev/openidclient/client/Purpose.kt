package dev.openidclient.client

/** What a request is for. */
internal class Purpose private constructor(
    /** As listeners hear it. */
    val name: String,
    /** Whether its URL came from the network, and not from the program. */
    val isUrlFromNetwork: Boolean = true,
    /** Who named the URL, for a message. */
    val source: String = "the server",
) {
    override fun toString(): String = name

    companion object {
        val DISCOVERY: Purpose = Purpose("discovery", isUrlFromNetwork = false)

        /** The same of an issuer that a protected resource named. */
        val NAMED_DISCOVERY: Purpose = Purpose("discovery")
        val RESOURCE_METADATA: Purpose = Purpose("resource_metadata", isUrlFromNetwork = false)

        /** The same of a document that a challenge named. */
        val NAMED_RESOURCE_METADATA: Purpose = Purpose("resource_metadata")
        val WEBFINGER: Purpose = Purpose("webfinger", source = "the identifier of a person")
        val JWKS: Purpose = Purpose("jwks")
        val PAR: Purpose = Purpose("par")
        val DEVICE_AUTHORIZATION: Purpose = Purpose("device_authorization")
        val BACKCHANNEL_AUTHENTICATION: Purpose = Purpose("backchannel_authentication")
        val USERINFO: Purpose = Purpose("userinfo")
        val INTROSPECTION: Purpose = Purpose("introspection")
        val REVOCATION: Purpose = Purpose("revocation")
        val REGISTRATION: Purpose = Purpose("registration")
        val RESOURCE: Purpose = Purpose("resource", isUrlFromNetwork = false)

        private val OTHER_GRANT = Purpose("token.other")

        /** By `grant_type`: any other may be a program's own, and as many as it likes. */
        private val GRANTS =
            mapOf(
                "authorization_code" to "authorization_code",
                "client_credentials" to "client_credentials",
                "refresh_token" to "refresh_token",
                "urn:ietf:params:oauth:grant-type:device_code" to "device_code",
                "urn:ietf:params:oauth:grant-type:jwt-bearer" to "jwt_bearer",
                "urn:ietf:params:oauth:grant-type:saml2-bearer" to "saml2_bearer",
                "urn:ietf:params:oauth:grant-type:token-exchange" to "token_exchange",
                "urn:openid:params:grant-type:ciba" to "ciba",
            ).mapValues { (_, grant) -> Purpose("token.$grant") }

        fun token(grantType: String?): Purpose = GRANTS[grantType] ?: OTHER_GRANT
    }
}
