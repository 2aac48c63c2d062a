package dev.openidclient.jose

import dev.openidclient.error.DecryptionException
import dev.openidclient.error.UnsupportedFeatureException
import kotlinx.serialization.json.JsonObject
import java.security.KeyPair

/**
 * A private key that opens encrypted answers of the server ([RFC 7516](https://www.rfc-editor.org/rfc/rfc7516)).
 *
 * Implement it for a key that lives elsewhere; the ones made here keep the key in this JVM. An implementation may be
 * called from many coroutines at once, and its `toString` must not show the key.
 *
 * The page `docs/keys.md` shows keys of files and HSMs, and how to rotate them.
 */
public interface DecryptionKey {
    /** The `kid` that the server knows the key by; a JWE with a `kid` goes to the key of the same one only. */
    public val keyId: String?

    /** The key management algorithms (`alg`) that the key is used with. */
    public val algorithms: Set<String>

    /** The curve of an ECDH key, as `P-256`, which must be the one of the JWE's `epk`; null for other keys. */
    public val curve: String?

    /**
     * The public key as one registers it (`jwks`), with `kid` where the key has one, `alg` where it is used with one
     * only, and the `use` `enc` ([RFC 7517 §4](https://www.rfc-editor.org/rfc/rfc7517#section-4)). Throws
     * [IllegalStateException] where the key does not tell it: one that lives elsewhere, or a pair without public half.
     */
    public val publicJwk: Jwk
        get() = error("the decryption key does not tell its public key")

    /**
     * The plaintext of the compact JWE [jwe], whose `alg` is one of [algorithms] and whose `enc` is allowed. Throws
     * [DecryptionException] where it does not open. Anything else that it throws, but the caller's own cancellation,
     * becomes the cause of one, which keeps the tokens that the answer has issued. The keys made here open compressed
     * content (`zip`) too, of up to 250 000 bytes after decompression.
     */
    public suspend fun decrypt(jwe: String): ByteArray

    public companion object {
        /**
         * A private JWK: RSA, EC on P-256, P-384, P-521, or X25519. Its `alg` narrows the algorithms; RSA needs one
         * there or in [algorithm], for an RSA key does not tell the hash. Throws [IllegalArgumentException] where [jwk]
         * does not do.
         */
        @JvmStatic
        @JvmOverloads
        public fun fromJwk(
            jwk: JsonObject,
            algorithm: String? = null,
        ): DecryptionKey = LocalDecryptionKey.of(jwk, algorithm)

        /** The same from the text of the JWK. */
        @JvmStatic
        @JvmOverloads
        public fun fromJwk(
            jwk: String,
            algorithm: String? = null,
        ): DecryptionKey = fromJwk(PrivateJwk.parse(jwk), algorithm)

        /**
         * A key pair of the JCA. [algorithm] narrows the algorithms, and is needed for RSA. Throws
         * [IllegalArgumentException] where key and algorithm do not fit, or the two keys do not belong together, and
         * [UnsupportedFeatureException] where the running JDK cannot use the key. A private key that cannot be encoded
         * is not used for this, as with [SigningKey.fromKeyPair].
         */
        @JvmStatic
        @JvmOverloads
        public fun fromKeyPair(
            keyPair: KeyPair,
            algorithm: String? = null,
            keyId: String? = null,
        ): DecryptionKey = LocalDecryptionKey.of(keyPair, algorithm, keyId)

        /**
         * A new key pair for the key management [algorithm], as `ECDH-ES` or `RSA-OAEP-256`: for `ECDH-ES…` on [curve],
         * which is P-256 unless it is named, P-384, P-521 or X25519; RSA keys have 2048 bits. Throws
         * [IllegalArgumentException] where algorithm and curve are not of these, and [UnsupportedFeatureException]
         * where the running JDK lacks them.
         */
        @JvmStatic
        @JvmOverloads
        public fun generate(
            algorithm: String,
            keyId: String? = null,
            curve: String? = null,
        ): DecryptionKey = LocalDecryptionKey.generate(algorithm, keyId, curve)

        /** PEM text as for [SigningKey.fromPem]. */
        @JvmStatic
        @JvmOverloads
        public fun fromPem(
            pem: String,
            algorithm: String? = null,
            keyId: String? = null,
            password: CharArray? = null,
        ): DecryptionKey = fromKeyPair(Pem.keyPair(pem, password), algorithm, keyId)
    }
}
