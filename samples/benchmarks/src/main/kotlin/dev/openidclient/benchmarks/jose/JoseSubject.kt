package dev.openidclient.benchmarks.jose

/** The subjects that run in a JVM, by the names that their processes are given. */
enum class JoseSubject(
    val title: String,
    val operation: (Case, CryptoProviders) -> () -> Any?,
) {
    RAW_VERIFY(RAW, { case, provider -> raw(case, provider, case.signed.idToken)::verify }),
    RAW_VERIFY_ACCESS_TOKEN(RAW, { case, provider -> raw(case, provider, case.signed.accessToken)::verify }),
    RAW_VERIFY_BOTH(RAW, { case, provider -> raw(case, provider, case.signed.boundToken, case.signed.proof)::verify }),
    RAW_SIGN(RAW, { case, provider -> raw(case, provider, case.signed.idToken)::sign }),
    ID_TOKEN(OPENID_CLIENT, { case, _ -> LibraryOperations(case).validateIdToken() }),
    ACCESS_TOKEN(OPENID_CLIENT, { case, _ -> ResourceServerOperations(case).validateBearer() }),
    BOUND_TOKEN(OPENID_CLIENT, { case, _ -> ResourceServerOperations(case).validateBound() }),
    DPOP(OPENID_CLIENT, { case, _ -> LibraryOperations(case).dpopCall() }),
    ASSERTION(OPENID_CLIENT, { case, _ -> LibraryOperations(case).assertion() }),
    SPRING_ID_TOKEN("Spring Security NimbusJwtDecoder", { case, _ -> PeerOperations(case).springDecoder() }),
    SPRING_ACCESS_TOKEN(
        "Spring Security NimbusJwtDecoder",
        { case, _ -> PeerOperations(case).springAccessTokenDecoder() },
    ),
    NIMBUS_ID_TOKEN("Nimbus IDTokenValidator", { case, _ -> PeerOperations(case).nimbusValidator() }),
    NIMBUS_DPOP("Nimbus DPoPProofFactory", { case, _ -> PeerOperations(case).nimbusProof() }),
    NIMBUS_ASSERTION("Nimbus PrivateKeyJWT", { case, _ -> PeerOperations(case).nimbusAssertion() }),
    ;

    val isFloor: Boolean get() = title == RAW
}

private const val RAW = "java.security.Signature"

internal const val OPENID_CLIENT = "openid-client"

private fun raw(
    case: Case,
    provider: CryptoProviders,
    vararg compacts: String,
): RawSignature =
    requireNotNull(provider.rawSignature(case, *compacts)) { "${provider.title} has no ${case.algorithm}" }
