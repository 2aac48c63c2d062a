package dev.openidclient.jose

import dev.openidclient.error.UnsupportedFeatureException
import kotlinx.serialization.json.JsonObject
import java.security.KeyPair
import java.security.cert.X509Certificate

/**
 * A private key that signs: client assertions, request objects, DPoP proofs.
 *
 * Implement it for a key that lives elsewhere (an HSM, a key management service); the ones made here keep the key in
 * this JVM. An implementation may be called from many coroutines at once, and its `toString` must not show the key.
 *
 * The page `docs/keys.md` shows keys of files, key stores, HSMs and KMSs.
 */
public interface SigningKey {
    /** What [sign] signs with. */
    public val algorithm: JwsAlgorithm

    /** The `kid` of the headers, or null for none. */
    public val keyId: String?

    /**
     * The public key as one registers it (`jwks`), with `kid` where the key has one, `alg`, and the `use` `sig`
     * ([RFC 7517 §4](https://www.rfc-editor.org/rfc/rfc7517#section-4)). The `alg` of an Ed25519 key is [algorithm]'s
     * name: take [JwsAlgorithm.EDDSA] for a server that knows no other.
     */
    public val publicJwk: Jwk

    /**
     * The signature of [bytes] in the form of JWS ([RFC 7518 §3](https://www.rfc-editor.org/rfc/rfc7518#section-3));
     * ECDSA is the two numbers side by side, not DER: a remote signer that answers DER has [derToJws].
     */
    public suspend fun sign(bytes: ByteArray): ByteArray

    /**
     * The thumbprint of the public key, SHA-256 as base64url ([RFC 7638
     * §3](https://www.rfc-editor.org/rfc/rfc7638#section-3)).
     */
    public fun thumbprint(): String = publicJwk.thumbprint()

    /**
     * The same key with its certificate and those of the authorities above it, for servers that know a client by its
     * certificate ([CertifiedSigningKey]). Throws [IllegalArgumentException] where the first one is another key's, or
     * they are out of order.
     */
    public fun withCertificates(chain: List<X509Certificate>): CertifiedSigningKey = CertifiedSigningKey.of(this, chain)

    /** The same from the blocks `CERTIFICATE` of PEM text ([RFC 7468](https://www.rfc-editor.org/rfc/rfc7468)). */
    public fun withCertificates(pem: String): CertifiedSigningKey {
        val chain = Pem.certificates(pem)
        require(chain.isNotEmpty()) { "the PEM text has no certificate (the block CERTIFICATE)" }
        return withCertificates(chain)
    }

    public companion object {
        /**
         * A new key pair for [algorithm]; RSA keys have 2048 bits. Throws [UnsupportedFeatureException] where the
         * running JDK lacks the algorithm.
         */
        @JvmStatic
        @JvmOverloads
        public fun generate(
            algorithm: JwsAlgorithm = JwsAlgorithm.ES256,
            keyId: String? = null,
        ): SigningKey = fromKeyPair(generateKeyPair(algorithm), algorithm, keyId)

        /**
         * The same for an identifier, as `"ES256"`. Throws [UnsupportedFeatureException] where it is not one of
         * [JwsAlgorithm].
         */
        @JvmStatic
        public fun generate(algorithm: String): SigningKey = generate(algorithmOf(algorithm))

        /**
         * A private JWK ([RFC 7517](https://www.rfc-editor.org/rfc/rfc7517)) with its public members. [algorithm] is
         * needed where an RSA key names no `alg`. Throws [IllegalArgumentException] where [jwk] is no private key, one
         * that must not sign, or where its private members are not those of its public ones.
         */
        @JvmStatic
        @JvmOverloads
        public fun fromJwk(
            jwk: JsonObject,
            algorithm: JwsAlgorithm? = null,
        ): SigningKey = PrivateJwk.signingKey(jwk, algorithm)

        /** The same from the text of the JWK. */
        @JvmStatic
        @JvmOverloads
        public fun fromJwk(
            jwk: String,
            algorithm: JwsAlgorithm? = null,
        ): SigningKey = fromJwk(PrivateJwk.parse(jwk), algorithm)

        /**
         * A key pair of the JCA; its private key may live in a token (PKCS#11) or be one of a remote service that a
         * provider of the JCA reaches. [algorithm] is needed for RSA, whose keys do not tell it. Throws
         * [IllegalArgumentException] where key and algorithm do not fit, or the two keys do not belong together, and
         * [UnsupportedFeatureException] where the running JDK cannot sign with the key or verify what it signed.
         *
         * A private key that cannot be encoded is not used for this: only its RSA modulus is compared, if it tells one.
         */
        @JvmStatic
        @JvmOverloads
        public fun fromKeyPair(
            keyPair: KeyPair,
            algorithm: JwsAlgorithm? = null,
            keyId: String? = null,
        ): SigningKey = LocalSigningKey.of(keyPair, algorithm, keyId)

        /**
         * PEM text with a private key ([RFC 7468](https://www.rfc-editor.org/rfc/rfc7468)): PKCS#8 (`PRIVATE KEY`),
         * the same encrypted with [password] (`ENCRYPTED PRIVATE KEY`), PKCS#1 (`RSA PRIVATE KEY`) or SEC 1
         * (`EC PRIVATE KEY`). Where the private key does not hold the public one, as some of elliptic curves, that must
         * stand beside it, as `PUBLIC KEY` or `CERTIFICATE`. [algorithm] is needed for RSA. Throws
         * [IllegalArgumentException] where [pem] holds something else, or [password] does not open it.
         */
        @JvmStatic
        @JvmOverloads
        public fun fromPem(
            pem: String,
            algorithm: JwsAlgorithm? = null,
            keyId: String? = null,
            password: CharArray? = null,
        ): SigningKey = fromKeyPair(Pem.keyPair(pem, password), algorithm, keyId)

        /** The JWS form of an ECDSA signature in DER, as the JCA and most remote signers make it. */
        @JvmStatic
        public fun derToJws(
            signature: ByteArray,
            algorithm: JwsAlgorithm,
        ): ByteArray = EcdsaSignature.of(algorithm).fromDer(signature)
    }
}

internal fun algorithmOf(identifier: String): JwsAlgorithm =
    JwsAlgorithm.of(identifier) ?: throw UnsupportedFeatureException("the algorithm \"$identifier\" is not supported")
