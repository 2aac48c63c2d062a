package dev.openidclient.jose

import com.nimbusds.jose.JOSEException
import com.nimbusds.jose.JWSAlgorithm
import com.nimbusds.jose.JWSHeader
import com.nimbusds.jose.JWSSigner
import com.nimbusds.jose.crypto.ECDSASigner
import com.nimbusds.jose.crypto.RSASSASigner
import com.nimbusds.jose.crypto.impl.ECDSA
import com.nimbusds.jose.jwk.Curve
import dev.openidclient.error.UnsupportedFeatureException
import java.security.InvalidKeyException
import java.security.KeyPair
import java.security.PrivateKey
import java.security.interfaces.RSAPublicKey

/** A key in this JVM, or in a token that its JCA reaches. */
internal class LocalSigningKey private constructor(
    override val algorithm: JwsAlgorithm,
    override val keyId: String?,
    override val publicJwk: Jwk,
    private val signer: (ByteArray) -> ByteArray,
) : SigningKey {
    private val thumbprint by lazy(LazyThreadSafetyMode.PUBLICATION) { publicJwk.thumbprint() }

    override suspend fun sign(bytes: ByteArray): ByteArray = signer(bytes)

    override fun thumbprint(): String = thumbprint

    override fun toString(): String = "SigningKey(${algorithm.identifier}, kid=$keyId)"

    companion object {
        private const val SMALLEST_RSA_BITS = 2048

        fun of(
            keyPair: KeyPair,
            algorithm: JwsAlgorithm?,
            keyId: String?,
        ): SigningKey {
            require(keyId == null || keyId.isNotEmpty()) { "the key id must not be empty" }
            val fitting = algorithm ?: PublicJwk.algorithmOf(keyPair.public)
            requireNotNull(fitting) { "an RSA key does not tell its algorithm: name it, as JwsAlgorithm.PS256" }
            require(PublicJwk.fits(keyPair.public, fitting)) {
                "a key of ${PublicJwk.describe(keyPair.public)} cannot sign with ${fitting.identifier}"
            }
            val jwk = PublicJwk.of(keyPair.public, fitting)
            val signer = signer(keyPair, fitting)
            PairwiseConsistency.ofSigning(keyPair, jwk.verifier(fitting), signer)
            return LocalSigningKey(fitting, keyId, jwk, signer)
        }

        private fun signer(
            keyPair: KeyPair,
            algorithm: JwsAlgorithm,
        ): (ByteArray) -> ByteArray =
            when (algorithm.keyType) {
                "RSA" -> rsa(keyPair, algorithm)
                "EC" -> nimbus(algorithm) { ECDSASigner(keyPair.private, Curve.parse(algorithm.curve)) }
                "OKP" -> jca(keyPair.private, "Ed25519")
                else -> jca(keyPair.private, algorithm.identifier)
            }

        private fun rsa(
            keyPair: KeyPair,
            algorithm: JwsAlgorithm,
        ): (ByteArray) -> ByteArray {
            val bits = (keyPair.public as RSAPublicKey).modulus.bitLength()
            if (bits < SMALLEST_RSA_BITS) {
                throw UnsupportedFeatureException(
                    "an RSA key must have $SMALLEST_RSA_BITS bits at least, but has $bits",
                )
            }
            return nimbus(algorithm) { RSASSASigner(keyPair.private) }
        }

        private fun nimbus(
            algorithm: JwsAlgorithm,
            create: () -> JWSSigner,
        ): (ByteArray) -> ByteArray {
            val header = JWSHeader(JWSAlgorithm.parse(algorithm.identifier))
            return try {
                val signer = create();
                { bytes -> signing(algorithm) { signer.sign(header, bytes).decode() } }
            } catch (e: JOSEException) {
                throw UnsupportedFeatureException("the key cannot sign with ${algorithm.identifier}", e)
            }
        }

        private fun jca(
            key: PrivateKey,
            name: String,
        ): (ByteArray) -> ByteArray =
            { bytes ->
                try {
                    Jca.signature(name).run {
                        initSign(key)
                        update(bytes)
                        sign()
                    }
                } catch (e: InvalidKeyException) {
                    throw UnsupportedFeatureException("the key cannot sign with $name", e)
                }
            }

        private inline fun signing(
            algorithm: JwsAlgorithm,
            sign: () -> ByteArray,
        ): ByteArray =
            try {
                sign()
            } catch (e: JOSEException) {
                throw UnsupportedFeatureException("the key cannot sign with ${algorithm.identifier}", e)
            }
    }
}

/** ECDSA signatures in their two forms ([RFC 7518 §3.4](https://www.rfc-editor.org/rfc/rfc7518#section-3.4)). */
internal object EcdsaSignature {
    @Suppress("TooGenericExceptionCaught") // what Nimbus lets through is nothing more special
    fun fromDer(
        signature: ByteArray,
        algorithm: JwsAlgorithm,
    ): ByteArray {
        require(algorithm.keyType == "EC") { "${algorithm.identifier} is no ECDSA algorithm" }
        return try {
            val length = ECDSA.getSignatureByteArrayLength(JWSAlgorithm.parse(algorithm.identifier))
            ECDSA.transcodeSignatureToConcat(signature, length)
        } catch (e: JOSEException) {
            throw IllegalArgumentException("the signature is not ECDSA in DER", e)
        } catch (e: ArrayIndexOutOfBoundsException) {
            // a signature cut short
            throw IllegalArgumentException("the signature is not ECDSA in DER", e)
        }
    }
}
