package dev.openidclient.agent

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.printable
import dev.openidclient.metadata.AuthorizationServerMetadata

/** What must hold before a browser opens, or any token is asked for: what comes of it would be refused, or be unsafe. */
internal object Preconditions {
    /** Throws where a person could not agree at [server] in a way that is safe. */
    fun checkSignIn(
        server: AuthorizationServerMetadata,
        isPkceAnnounced: Boolean,
    ) {
        val issuer = printable(server.issuer)
        val challenges = server.codeChallengeMethodsSupported
        if (challenges == null && isPkceAnnounced) {
            throw missing(
                "the metadata of $issuer have no \"code_challenge_methods_supported\", so it may not know PKCE",
            )
        }
        if (challenges != null && "S256" !in challenges) {
            throw missing("$issuer knows PKCE by ${printable(challenges.toString())} alone, but not by S256")
        }
        val types = server.responseTypesSupported
        if (types != null && "code" !in types) {
            throw missing("$issuer gives no code: its \"response_types_supported\" is ${printable(types.toString())}")
        }
        checkGrant(server, "authorization_code")
    }

    fun checkGrant(
        server: AuthorizationServerMetadata,
        grantType: String,
    ) {
        val grants = server.grantTypesSupported
        if (grants != null && grantType !in grants) {
            throw missing(
                "${printable(server.issuer)} does not know the grant $grantType: its \"grant_types_supported\" is " +
                    printable(grants.toString()),
            )
        }
    }

    private fun missing(why: String) = MetadataException(ErrorCode.MISSING_SERVER_METADATA, why)
}
