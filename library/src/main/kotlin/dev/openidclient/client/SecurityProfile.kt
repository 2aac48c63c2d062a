package dev.openidclient.client

import dev.openidclient.clientauth.ClientAuthentication
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.clientauth.TlsClientAuth

/** What a security profile of the FAPI working group demands of a client, beyond what this library always does. */
internal enum class SecurityProfile(
    val title: String,
    val requiresPushedRequest: Boolean,
    val requiresSignedRequest: Boolean,
    val requiresSignedResponse: Boolean,
    val requiresIssParameter: Boolean,
    /** Certificate-bound access tokens only; else DPoP does too. */
    val requiresCertificateBinding: Boolean,
    val algorithms: Set<String>,
) {
    /** [FAPI 2.0 Security Profile](https://openid.net/specs/fapi-security-profile-2_0-final.html) §5.3.3, §5.4 */
    FAPI2_SECURITY("FAPI 2.0 Security Profile", true, false, false, true, false, FAPI2_ALGORITHMS),

    /** [FAPI 2.0 Message Signing](https://openid.net/specs/fapi-message-signing-2_0-final.html) §5.3, §5.4 */
    FAPI2_MESSAGE_SIGNING("FAPI 2.0 Message Signing", true, true, true, true, false, FAPI2_ALGORITHMS),

    /** [FAPI 1.0 Part 2: Advanced](https://openid.net/specs/openid-financial-api-part-2-1_0.html) §5.2.3, §8.6 */
    FAPI1_ADVANCED("FAPI 1.0 Advanced", false, true, true, false, true, setOf("PS256", "ES256")),
    ;

    val impliedKind: ResponseKind
        get() =
            when (this) {
                FAPI2_SECURITY -> ResponseKind.CODE
                FAPI2_MESSAGE_SIGNING -> ResponseKind.JWT
                FAPI1_ADVANCED -> ResponseKind.CODE_ID_TOKEN
            }

    /** Throws [IllegalArgumentException] where the settings contradict this profile. */
    fun check(
        authentication: ClientAuthentication,
        responseKind: ResponseKind,
        insecureRequestsAllowed: Boolean,
        hasClientCertificate: Boolean,
        signedResponseAlgorithms: Map<String, String?>,
    ) {
        require(authentication is PrivateKeyJwt || authentication is TlsClientAuth) {
            "$title: the client must authenticate with PrivateKeyJwt or TlsClientAuth, not with $authentication"
        }
        require(!insecureRequestsAllowed) { "$title: insecure requests must not be allowed" }
        require(!requiresCertificateBinding || hasClientCertificate) {
            "$title: access tokens must be bound to a client certificate: set it with tls { }, or, where a given transport presents it, " +
                "say tlsClientCertificateBoundAccessTokens() in the client metadata"
        }
        val kinds = allowedKinds()
        require(responseKind in kinds) {
            "$title: the authorization response must be of the kind ${kinds.joinToString(" or ")}, not $responseKind"
        }
        if (authentication is PrivateKeyJwt) {
            require(authentication.algorithm in algorithms) {
                "$title: assertions must be signed with ${algorithms.joinToString(" or ")}, not with ${authentication.algorithm}"
            }
        }
        for ((member, algorithm) in signedResponseAlgorithms) {
            require(algorithm == null || algorithm in algorithms) {
                "$title: client metadata \"$member\" must be ${algorithms.joinToString(" or ")}, not $algorithm"
            }
        }
    }

    private fun allowedKinds(): Set<ResponseKind> =
        when (this) {
            FAPI2_SECURITY -> setOf(ResponseKind.CODE, ResponseKind.JWT)
            FAPI2_MESSAGE_SIGNING -> setOf(ResponseKind.JWT)
            FAPI1_ADVANCED -> setOf(ResponseKind.JWT, ResponseKind.CODE_ID_TOKEN)
        }
}

private val FAPI2_ALGORITHMS = setOf("PS256", "ES256", "EdDSA", "Ed25519")
