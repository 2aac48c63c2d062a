package dev.openidclient.benchmarks.jose

/** The subjects that run in a JVM, by the names that their processes are given. */
enum class JoseSubject(
    val title: String,
    val operation: (Case, CryptoProviders) -> () -> Any?,
) {
    RAW_VERIFY("java.security.Signature", { case, provider -> raw(case, provider)::verify }),
    RAW_SIGN("java.security.Signature", { case, provider -> raw(case, provider)::sign }),
    ID_TOKEN(OPENID_CLIENT, { case, _ -> LibraryOperations(case).validateIdToken() }),
    DPOP(OPENID_CLIENT, { case, _ -> LibraryOperations(case).dpopCall() }),
    ASSERTION(OPENID_CLIENT, { case, _ -> LibraryOperations(case).assertion() }),
    SPRING_ID_TOKEN("Spring Security NimbusJwtDecoder", { case, _ -> PeerOperations(case).springDecoder() }),
    NIMBUS_ID_TOKEN("Nimbus IDTokenValidator", { case, _ -> PeerOperations(case).nimbusValidator() }),
    NIMBUS_DPOP("Nimbus DPoPProofFactory", { case, _ -> PeerOperations(case).nimbusProof() }),
    NIMBUS_ASSERTION("Nimbus PrivateKeyJWT", { case, _ -> PeerOperations(case).nimbusAssertion() }),
    ;

    val isFloor: Boolean get() = this == RAW_VERIFY || this == RAW_SIGN
}

internal const val OPENID_CLIENT = "openid-client"

private fun raw(
    case: Case,
    provider: CryptoProviders,
): RawSignature = requireNotNull(provider.rawSignature(case)) { "${provider.title} has no ${case.algorithm}" }
