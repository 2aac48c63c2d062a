package dev.openidclient.jose

import dev.openidclient.error.UnsupportedFeatureException
import java.security.GeneralSecurityException
import java.security.KeyPair
import java.security.PrivateKey
import java.security.Signature
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
            return LocalSigningKey(fitting, keyId, jwk.registered(keyId, fitting.identifier, "sig"), signer)
        }

        private fun signer(
            keyPair: KeyPair,
            algorithm: JwsAlgorithm,
        ): (ByteArray) -> ByteArray =
            when (algorithm.keyType) {
                "RSA" -> rsa(keyPair, algorithm)
                "EC" -> {
                    val form = EcdsaSignature.of(algorithm)
                    jca(keyPair.private, algorithm, form::fromDer)
                }
                else -> jca(keyPair.private, algorithm) { it }
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
            return jca(keyPair.private, algorithm) { it }
        }

        /** [toJws] makes of what the JCA signs the form of JWS. */
        @Suppress("TooGenericExceptionCaught") // what a provider or a token throws is written down nowhere
        private fun jca(
            key: PrivateKey,
            algorithm: JwsAlgorithm,
            toJws: (ByteArray) -> ByteArray,
        ): (ByteArray) -> ByteArray {
            val objects = KeyedSignature(algorithm, key, Signature::initSign)
            return { bytes ->
                try {
                    val signing = objects.take()
                    signing.update(bytes)
                    toJws(signing.sign()).also { objects.keep(signing) }
                } catch (e: GeneralSecurityException) {
                    throw unable(algorithm, e)
                } catch (e: RuntimeException) {
                    throw unable(algorithm, e)
                }
            }
        }

        private fun unable(
            algorithm: JwsAlgorithm,
            cause: Exception,
        ) = cause as? UnsupportedFeatureException
            ?: UnsupportedFeatureException("the key cannot sign with ${algorithm.identifier}", cause)
    }
}
