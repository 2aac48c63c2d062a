package dev.openidclient.agent

import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.printable
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.ProtectedResourceMetadata

/** What must hold before a browser opens, or any token is asked for: what comes of it would be refused, or be unsafe. */
internal object Preconditions {
    /** Throws where no token that this program can get will do at the resource. */
    fun check(
        resource: ProtectedResourceMetadata,
        dpop: Dpop?,
    ) {
        val shown = printable(resource.resource)
        val methods = resource.bearerMethodsSupported
        if (methods != null && "header" !in methods) {
            throw UnsupportedFeatureException(
                "the resource $shown takes no token in a header, but by ${printable(methods.toString())} alone: " +
                    "tokens are sent in the header only",
            )
        }
        if (resource.dpopBoundAccessTokensRequired == true && dpop == null) {
            throw refused("the resource $shown takes only tokens that are bound to a key: set dpop in the settings")
        }
        val algorithms = resource.dpopSigningAlgValuesSupported ?: return
        val own = dpop?.key?.algorithm?.identifier ?: return
        if (algorithms.none { JwsAlgorithm.same(it, own) }) {
            throw refused(
                "the resource $shown takes DPoP proofs of ${printable(algorithms.toString())} alone, but the key of " +
                    "dpop in the settings is of $own",
            )
        }
    }

    /** Throws where a person could not agree at [server] in a way that is safe. */
    fun checkSignIn(
        server: AuthorizationServerMetadata,
        isPkceAnnounced: Boolean,
    ) {
        val issuer = printable(server.issuer)
        val challenges = server.codeChallengeMethodsSupported
        if (challenges == null && isPkceAnnounced) {
            throw missing("the metadata of $issuer have no \"code_challenge_methods_supported\", so it may not know PKCE")
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

    private fun refused(why: String) = MetadataException(ErrorCode.UNSUPPORTED_OPERATION, why)
}
