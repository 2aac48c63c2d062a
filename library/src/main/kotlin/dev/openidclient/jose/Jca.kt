package dev.openidclient.jose

import dev.openidclient.error.UnsupportedFeatureException
import java.security.KeyFactory
import java.security.KeyPairGenerator
import java.security.MessageDigest
import java.security.NoSuchAlgorithmException
import java.security.SecureRandom
import java.security.Security
import java.security.Signature
import javax.crypto.KeyAgreement
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

/** The one place where this library asks the Java Cryptography Architecture for an algorithm. */
internal object Jca {
    private val random = SecureRandom()

    fun signature(name: String): Signature = supported(name) { Signature.getInstance(name) }

    fun keyFactory(name: String): KeyFactory = supported(name) { KeyFactory.getInstance(name) }

    fun hasKeyFactory(name: String): Boolean =
        try {
            KeyFactory.getInstance(name)
            true
        } catch (_: NoSuchAlgorithmException) {
            false
        }

    fun keyPairGenerator(name: String): KeyPairGenerator = supported(name) { KeyPairGenerator.getInstance(name) }

    /** The generators of all providers that have [name], in their order: one may refuse what the next can do. */
    fun keyPairGenerators(name: String): Sequence<KeyPairGenerator> =
        supported(name) { Security.getProviders("KeyPairGenerator.$name") ?: throw NoSuchAlgorithmException(name) }
            .asSequence()
            .map { provider -> supported(name) { KeyPairGenerator.getInstance(name, provider) } }

    fun keyAgreement(name: String): KeyAgreement = supported(name) { KeyAgreement.getInstance(name) }

    fun digest(name: String): MessageDigest = supported(name) { MessageDigest.getInstance(name) }

    /** HMAC with a key of any length; Nimbus refuses the short ones. */
    fun hmacSha256(
        key: ByteArray,
        bytes: ByteArray,
    ): ByteArray = supported(HMAC) { Mac.getInstance(HMAC) }.apply { init(SecretKeySpec(key, HMAC)) }.doFinal(bytes)

    fun randomBytes(count: Int): ByteArray = ByteArray(count).also(random::nextBytes)

    private const val HMAC = "HmacSHA256"

    private inline fun <T> supported(
        name: String,
        get: () -> T,
    ): T =
        try {
            get()
        } catch (e: NoSuchAlgorithmException) {
            throw UnsupportedFeatureException("the running JDK has no $name", e)
        }
}

private const val RANDOM_VALUE_BYTES = 32

/** 32 random bytes as 43 characters of base64url: for `state`, `nonce`, `jti` and the PKCE verifier. */
internal fun randomValue(): String = Base64Url.encode(Jca.randomBytes(RANDOM_VALUE_BYTES))
