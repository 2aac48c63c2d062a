package dev.openidclient.jose

/**
 * The signature algorithms of this library ([RFC 7518 §3.1](https://www.rfc-editor.org/rfc/rfc7518#section-3.1),
 * [RFC 8037](https://www.rfc-editor.org/rfc/rfc8037), [RFC 9864](https://www.rfc-editor.org/rfc/rfc9864) and
 * [RFC 9964](https://www.rfc-editor.org/rfc/rfc9964)).
 *
 * [EDDSA] and [ED25519] name one algorithm. The ML-DSA family needs a JDK that has it (24 and later); an ID Token with
 * `at_hash`, `c_hash` or `s_hash` beside it needs one with SHAKE256-512 (25 and later). `none` and the HMAC algorithms
 * are missing on purpose: no key of theirs is public. Where a client is registered for an HMAC, its secret is the key.
 */
public enum class JwsAlgorithm(
    /** The value of the `alg` header parameter. */
    public val identifier: String,
    internal val keyType: String,
    internal val curve: String? = null,
    /** The JCA name of the hash for `at_hash`, `c_hash` and `s_hash` (OpenID Connect Core §3.1.3.6). */
    internal val hash: String,
) {
    RS256("RS256", "RSA", hash = "SHA-256"),
    RS384("RS384", "RSA", hash = "SHA-384"),
    RS512("RS512", "RSA", hash = "SHA-512"),
    PS256("PS256", "RSA", hash = "SHA-256"),
    PS384("PS384", "RSA", hash = "SHA-384"),
    PS512("PS512", "RSA", hash = "SHA-512"),
    ES256("ES256", "EC", "P-256", "SHA-256"),
    ES384("ES384", "EC", "P-384", "SHA-384"),
    ES512("ES512", "EC", "P-521", "SHA-512"),
    ED25519("Ed25519", "OKP", "Ed25519", "SHA-512"),
    EDDSA("EdDSA", "OKP", "Ed25519", "SHA-512"),
    ML_DSA_44("ML-DSA-44", "AKP", hash = "SHAKE256-512"),
    ML_DSA_65("ML-DSA-65", "AKP", hash = "SHAKE256-512"),
    ML_DSA_87("ML-DSA-87", "AKP", hash = "SHAKE256-512"),
    ;

    public companion object {
        private val BY_IDENTIFIER = values().associateBy { it.identifier }

        /** The algorithm of that exact identifier, or null where it is none of these. */
        @JvmStatic
        public fun of(identifier: String): JwsAlgorithm? = BY_IDENTIFIER[identifier]

        /** Whether [one] and [other] name the same algorithm: equal, or `EdDSA` and `Ed25519`. */
        internal fun same(
            one: String,
            other: String,
        ): Boolean = one == other || (isEd25519(one) && isEd25519(other))

        private fun isEd25519(identifier: String): Boolean =
            identifier == EDDSA.identifier || identifier == ED25519.identifier
    }
}
