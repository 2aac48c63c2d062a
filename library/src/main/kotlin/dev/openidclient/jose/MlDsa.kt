package dev.openidclient.jose

import dev.openidclient.error.UnsupportedFeatureException
import java.security.InvalidParameterException
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.ProviderException
import java.security.SecureRandom

/**
 * The encodings of ML-DSA keys ([FIPS 204](https://csrc.nist.gov/pubs/fips/204/final)), which as JWKs have the key type
 * `AKP` ([RFC 9964](https://www.rfc-editor.org/rfc/rfc9964)): `pub` is the public key, `priv` the seed of the pair.
 */
internal object MlDsa {
    /** The bytes of `priv` (RFC 9964). */
    const val SEED_SIZE: Int = 32

    /** The bytes of a public key (FIPS 204 §4). */
    fun publicKeySize(algorithm: JwsAlgorithm): Int =
        when (algorithm) {
            JwsAlgorithm.ML_DSA_44 -> 1312
            JwsAlgorithm.ML_DSA_65 -> 1952
            else -> 2592
        }

    /** The bytes of a signature (FIPS 204 §4). */
    fun signatureSize(algorithm: JwsAlgorithm): Int =
        when (algorithm) {
            JwsAlgorithm.ML_DSA_44 -> 2420
            JwsAlgorithm.ML_DSA_65 -> 3309
            else -> 4627
        }

    /**
     * SubjectPublicKeyInfo with the object identifier 2.16.840.1.101.3.4.3.x (RFC 9881 §4), up to the bytes of the key.
     */
    fun publicKeyPrefix(algorithm: JwsAlgorithm): ByteArray {
        val size = publicKeySize(algorithm)
        val identifier = bytes(0x30, 0x0B, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, arc(algorithm))
        val key = bytes(0x03, 0x82) + length(size + 1) + bytes(0x00)
        return bytes(0x30, 0x82) + length(identifier.size + key.size + size) + identifier + key
    }

    /**
     * The key pair of [seed]. The key factories of the JDKs 24 and 25 take no seed (RFC 9881 §6); but a seed is all the
     * randomness that the generation of a key uses (FIPS 204 §5.1), so that it can be handed over as such. The first of
     * [generators] that takes it so makes the key; throws [UnsupportedFeatureException] where none does.
     */
    fun keyPair(
        algorithm: JwsAlgorithm,
        seed: ByteArray,
        generators: Sequence<KeyPairGenerator> = Jca.keyPairGenerators(algorithm.identifier),
    ): KeyPair {
        val name = algorithm.identifier
        var refusal: Exception? = null
        for (generator in generators) {
            val random = FixedRandom(seed)
            try {
                // -1: the size that the algorithm's name says; others than the JDK's may refuse it
                generator.initialize(-1, random)
                val keyPair = generator.generateKeyPair()
                if (random.isUsed) return keyPair
            } catch (e: IllegalArgumentException) {
                refusal = e
            } catch (e: UnsupportedOperationException) {
                refusal = e
            } catch (e: ProviderException) {
                refusal = e
            }
        }
        throw UnsupportedFeatureException("the running JDK cannot make a key of $name from a seed", refusal)
    }

    private fun arc(algorithm: JwsAlgorithm): Int =
        when (algorithm) {
            JwsAlgorithm.ML_DSA_44 -> 0x11
            JwsAlgorithm.ML_DSA_65 -> 0x12
            else -> 0x13
        }

    private fun length(value: Int): ByteArray = bytes(value shr 8, value and 0xFF)

    private fun bytes(vararg values: Int): ByteArray = ByteArray(values.size) { values[it].toByte() }
}

/** Gives [value] once, to who asks for just so many bytes. */
internal class FixedRandom(
    @field:Transient private val value: ByteArray,
) : SecureRandom() {
    var isUsed: Boolean = false
        private set

    override fun nextBytes(bytes: ByteArray) {
        if (isUsed || bytes.size != value.size) throw InvalidParameterException("a seed has ${value.size} bytes")
        isUsed = true
        value.copyInto(bytes)
    }
}
