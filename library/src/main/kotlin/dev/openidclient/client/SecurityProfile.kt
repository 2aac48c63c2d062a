package dev.openidclient.client

import dev.openidclient.clientauth.Audience
import dev.openidclient.clientauth.ClientAuthentication
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.clientauth.TlsClientAuth
import dev.openidclient.clientauth.requireRegisteredMethod
import dev.openidclient.error.printable
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.opened
import dev.openidclient.metadata.ClientMetadata

/** What a security profile of the FAPI working group demands of a client, beyond what this library always does. */
internal enum class SecurityProfile(
    val title: String,
    /** The kinds of authorization responses that it allows; the first is the one where the settings choose none. */
    val responseKinds: List<ResponseKind>,
    /** The algorithms of everything that is signed, on both sides. */
    val algorithms: Set<String>,
    val requiresPushedRequest: Boolean = false,
    val requiresSignedRequest: Boolean = false,
    val requiresIssParameter: Boolean = false,
    /** Access tokens are bound to a client certificate; else a DPoP key does too. */
    val requiresCertificateBinding: Boolean = false,
    val requiresNonRepudiation: Boolean = false,
    /** The ID Token of `code id_token` is a detached signature. */
    val requiresDetachedSignature: Boolean = false,
    val requiresSignedBackchannelRequest: Boolean = false,
) {
    /** [FAPI 2.0 Security Profile](https://openid.net/specs/fapi-security-profile-2_0-final.html) §5.3.3, §5.4 */
    FAPI2_SECURITY(
        "FAPI 2.0 Security Profile",
        listOf(ResponseKind.CODE, ResponseKind.JWT),
        FAPI2_ALGORITHMS,
        requiresPushedRequest = true,
        requiresIssParameter = true,
    ),

    /** [FAPI 2.0 Message Signing](https://openid.net/specs/fapi-message-signing-2_0-final.html) §5.3, §5.4 */
    FAPI2_MESSAGE_SIGNING(
        "FAPI 2.0 Message Signing",
        listOf(ResponseKind.JWT),
        FAPI2_ALGORITHMS,
        requiresPushedRequest = true,
        requiresSignedRequest = true,
        requiresIssParameter = true,
        requiresNonRepudiation = true,
    ),

    /** The same, §5.3 alone. */
    FAPI2_SIGNED_REQUESTS(
        "FAPI 2.0 Message Signing of requests",
        listOf(ResponseKind.CODE, ResponseKind.JWT),
        FAPI2_ALGORITHMS,
        requiresPushedRequest = true,
        requiresSignedRequest = true,
        requiresIssParameter = true,
        requiresNonRepudiation = true,
    ),

    /** The same, §5.4 alone. */
    FAPI2_SIGNED_RESPONSES(
        "FAPI 2.0 Message Signing of responses",
        listOf(ResponseKind.JWT),
        FAPI2_ALGORITHMS,
        requiresPushedRequest = true,
        requiresIssParameter = true,
        requiresNonRepudiation = true,
    ),

    /** [FAPI 1.0 Part 2: Advanced](https://openid.net/specs/openid-financial-api-part-2-1_0.html) §5.2.3, §8.6 */
    FAPI1_ADVANCED(
        "FAPI 1.0 Advanced",
        listOf(ResponseKind.CODE_ID_TOKEN, ResponseKind.JWT),
        FAPI1_ALGORITHMS,
        requiresSignedRequest = true,
        requiresCertificateBinding = true,
        requiresDetachedSignature = true,
    ),

    /** [FAPI: CIBA Profile](https://openid.net/specs/openid-financial-api-ciba-ID1.html) §5.2.3, on FAPI 1.0 Advanced */
    FAPI_CIBA(
        "FAPI-CIBA",
        listOf(ResponseKind.CODE_ID_TOKEN, ResponseKind.JWT),
        FAPI1_ALGORITHMS,
        requiresSignedRequest = true,
        requiresCertificateBinding = true,
        requiresDetachedSignature = true,
        requiresSignedBackchannelRequest = true,
    ),
    ;

    /** Throws [IllegalArgumentException] where the settings contradict this profile. */
    fun check(
        authentication: ClientAuthentication,
        responseKind: ResponseKind,
        traits: ConnectionTraits,
        metadata: ClientMetadata,
    ) {
        require(authentication is PrivateKeyJwt || authentication is TlsClientAuth) {
            "$title: the client must authenticate with PrivateKeyJwt or TlsClientAuth, not with $authentication"
        }
        if (authentication is PrivateKeyJwt) checkAssertion(authentication)
        require(!traits.insecureRequestsAllowed) { "$title: insecure requests must not be allowed" }
        require(!traits.mapsInsecurely) { "$title: mapOriginInsecure(…) must not be called: requests need TLS" }
        require(!requiresCertificateBinding || traits.hasClientCertificate) {
            "$title: access tokens must be bound to a client certificate: set it with tls { }, or, " +
                "where a given transport presents it, say transportPresentsCertificate()"
        }
        require(responseKind in responseKinds) {
            "$title: the authorization response must be of the kind ${responseKinds.joinToString(" or ")}, " +
                "not $responseKind"
        }
        requireRegisteredMethod(authentication, metadata)
        for ((member, algorithm) in metadata.signedResponseAlgorithms) {
            checkAlgorithm("client metadata \"$member\" must be", algorithm)
        }
    }

    private fun checkAssertion(authentication: PrivateKeyJwt) {
        checkAlgorithm("assertions must be signed with", authentication.algorithm)
        require(authentication.audience == Audience.ISSUER) {
            "$title: the audience of assertions must be the issuer, not Audience.${authentication.audience}"
        }
    }

    /**
     * Throws [IllegalArgumentException] where [transport] was opened here with more cipher suites than the profile
     * allows; those of another one are not known here.
     */
    fun checkTransport(transport: HttpTransport?) {
        val opened = transport?.opened
        require(opened == null || opened.offersOnlyRecommendedSuites) {
            "$title: TLS must have the cipher suites of RFC 9325 §4.2 only: " +
                "open the transport with tls { recommendedCipherSuites() }"
        }
    }

    /**
     * Throws [IllegalArgumentException] where [algorithm] is not one of the profile's; [rule] is the beginning of the
     * message.
     */
    fun checkAlgorithm(
        rule: String,
        algorithm: String,
    ) {
        require(algorithm in algorithms) {
            "$title: $rule ${algorithms.joinToString(" or ")}, not ${printable(algorithm)}"
        }
    }
}

private val FAPI1_ALGORITHMS = setOf("PS256", "ES256")
private val FAPI2_ALGORITHMS = setOf("PS256", "ES256", "EdDSA", "Ed25519")
