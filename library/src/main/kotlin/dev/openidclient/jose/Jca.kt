package dev.openidclient.jose

import dev.openidclient.error.UnsupportedFeatureException
import java.security.InvalidAlgorithmParameterException
import java.security.KeyFactory
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.MessageDigest
import java.security.NoSuchAlgorithmException
import java.security.SecureRandom
import java.security.Security
import java.security.Signature
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

/**
 * Where this library asks the Java Cryptography Architecture for an algorithm. What reads keys and judges them is
 * always the JDK's, so that every provider is given the same ones; what computes is that of [CryptoProvider].
 */
internal object Jca {
    private val random = SecureRandom()

    private val algorithms get() = CryptoProvider.algorithms

    fun keyFactory(name: String): KeyFactory = algorithms.keyFactories.ofJdk(name)

    fun hasKeyFactory(name: String): Boolean = algorithms.keyFactories.isInJdk(name)

    fun signature(name: String): Signature = algorithms.signatures.ofJdk(name)

    /** A new key pair for the algorithm [name]; [initialize] says of what size, or on which curve. */
    fun newKeyPair(
        name: String,
        initialize: KeyPairGenerator.() -> Unit = {},
    ): KeyPair = newKeyPairOfProvider(name, initialize) ?: keyPairGenerator(name).apply(initialize).generateKeyPair()

    private fun newKeyPairOfProvider(
        name: String,
        initialize: KeyPairGenerator.() -> Unit,
    ): KeyPair? =
        try {
            algorithms.keyPairGenerators
                .ofProvider(name)
                ?.apply(initialize)
                ?.generateKeyPair()
        } catch (_: InvalidAlgorithmParameterException) {
            // a curve that it lacks
            null
        } catch (_: IllegalArgumentException) {
            // a size that it lacks: InvalidParameterException
            null
        }

    /** The JDK's. */
    fun keyPairGenerator(name: String): KeyPairGenerator = algorithms.keyPairGenerators.ofJdk(name)

    /** Those of all registered providers that have [name], in their order: one may refuse what the next can do. */
    fun keyPairGenerators(name: String): Sequence<KeyPairGenerator> =
        Security
            .getProviders("KeyPairGenerator.$name")
            ?.asSequence()
            ?.map { provider -> KeyPairGenerator.getInstance(name, provider) }
            ?: throw UnsupportedFeatureException("the running JDK has no $name", NoSuchAlgorithmException(name))

    fun digest(name: String): MessageDigest = algorithms.digests.get(name)

    /** HMAC with [hash], as `SHA-256`, and a key of any length; Nimbus refuses the short ones. */
    fun hmac(
        hash: String,
        key: ByteArray,
        bytes: ByteArray,
    ): ByteArray {
        val name = "Hmac${hash.replace("-", "")}"
        val secret = ProvidedKey(algorithms, SecretKeySpec(key, name), name)
        val mac =
            secret.with { algorithms.macs.ofProvider(name)?.apply { init(it) } }
                ?: algorithms.macs.ofJdk(name).apply { init(SecretKeySpec(key, name)) }
        return mac.doFinal(bytes)
    }

    fun hmacSha256(
        key: ByteArray,
        bytes: ByteArray,
    ): ByteArray = hmac("SHA-256", key, bytes)

    fun randomBytes(count: Int): ByteArray = ByteArray(count).also(random::nextBytes)
}

private const val RANDOM_VALUE_BYTES = 32

/** 32 random bytes as 43 characters of base64url: for `state`, `nonce`, `jti` and the PKCE verifier. */
internal fun randomValue(): String = Base64Url.encode(Jca.randomBytes(RANDOM_VALUE_BYTES))
