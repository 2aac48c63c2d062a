package dev.openidclient.jose

import com.nimbusds.jose.jca.JWEJCAContext
import dev.openidclient.error.UnsupportedFeatureException
import org.slf4j.LoggerFactory
import java.security.InvalidKeyException
import java.security.Key
import java.security.KeyFactory
import java.security.KeyPairGenerator
import java.security.MessageDigest
import java.security.NoSuchAlgorithmException
import java.security.Provider
import java.security.Signature
import java.util.concurrent.ConcurrentHashMap
import javax.crypto.Cipher
import javax.crypto.KeyAgreement
import javax.crypto.Mac
import javax.crypto.NoSuchPaddingException

/** The algorithms of [provider], and those that the JDK looks up by itself where it lacks one, or is null. */
internal class JcaAlgorithms(
    val provider: Provider?,
) {
    val digests: JcaKind<MessageDigest> = JcaKind(provider, MessageDigest::getInstance, MessageDigest::getInstance)
    val macs: JcaKind<Mac> = JcaKind(provider, Mac::getInstance, Mac::getInstance)
    val signatures: JcaKind<Signature> = JcaKind(provider, Signature::getInstance, Signature::getInstance)
    val keyAgreements: JcaKind<KeyAgreement> = JcaKind(provider, KeyAgreement::getInstance, KeyAgreement::getInstance)
    val keyFactories: JcaKind<KeyFactory> = JcaKind(provider, KeyFactory::getInstance, KeyFactory::getInstance)
    val ciphers: JcaKind<Cipher> = JcaKind(provider, Cipher::getInstance, Cipher::getInstance)
    val keyPairGenerators: JcaKind<KeyPairGenerator> =
        JcaKind(provider, KeyPairGenerator::getInstance, KeyPairGenerator::getInstance)

    /**
     * [key] as the provider has it, whose factory for such keys is [factory], so that it need not translate it at each
     * use; [key] itself where there is nothing to do.
     */
    @Suppress(
        "TooGenericExceptionCaught", // how a provider refuses the key of another is written down nowhere
        "UNCHECKED_CAST", // a factory makes a public key of a public one, and a private of a private
    )
    fun <K : Key> translated(
        key: K,
        factory: String,
    ): K =
        try {
            (keyFactories.ofProvider(factory)?.translateKey(key) ?: key) as K
        } catch (_: InvalidKeyException) {
            key
        } catch (_: RuntimeException) {
            key
        }

    /** Has the provider decrypt the content of a JWE as well, whose `enc` is [encryption], where it can. */
    fun decryptContent(
        context: JWEJCAContext,
        encryption: String,
    ) {
        // Conscrypt has all of AES but keys of 192 bits
        if (encryption.startsWith("A192")) return
        val cipher = if (encryption.endsWith("GCM")) "AES/GCM/NoPadding" else "AES/CBC/PKCS5Padding"
        if (ciphers.isInProvider(cipher)) context.contentEncryptionProvider = provider
        // with this one Nimbus derives keys too
        val authenticates = macs.isInProvider("HmacSHA256") && macs.isInProvider("HmacSHA512")
        if (authenticates && digests.isInProvider("SHA-256")) context.macProvider = provider
    }
}

private val logger = LoggerFactory.getLogger(CryptoProvider::class.java)

/** One kind of algorithm objects. */
internal class JcaKind<T : Any>(
    private val provider: Provider?,
    private val make: (String, Provider) -> T,
    private val find: (String) -> T,
) {
    private val ofProvider = ConcurrentHashMap<String, Boolean>()

    /** Whether there is a chosen provider, and it has [name], which it is asked once. */
    fun isInProvider(name: String): Boolean =
        provider != null && (ofProvider[name] ?: ofProvider.computeIfAbsent(name) { isIn(it, provider) })

    /** What it names, but cannot make, it lacks: a JDK that asks for a signed jar, a native library that is not whole. */
    @Suppress("TooGenericExceptionCaught") // what a provider throws is written down nowhere
    private fun isIn(
        name: String,
        provider: Provider,
    ): Boolean =
        try {
            make(name, provider)
            true
        } catch (_: NoSuchAlgorithmException) {
            false
        } catch (_: NoSuchPaddingException) {
            false
        } catch (e: RuntimeException) {
            lacking(name, provider, e)
        } catch (e: LinkageError) {
            lacking(name, provider, e)
        }

    private fun lacking(
        name: String,
        provider: Provider,
        cause: Throwable,
    ): Boolean {
        logger.warn("{} does not make a {}: the JDK computes instead", provider, name, cause)
        return false
    }

    fun ofProvider(name: String): T? = if (provider != null && isInProvider(name)) make(name, provider) else null

    /** Throws [UnsupportedFeatureException] where no registered provider has [name]. */
    fun ofJdk(name: String): T =
        try {
            find(name)
        } catch (e: NoSuchAlgorithmException) {
            throw UnsupportedFeatureException("the running JDK has no $name", e)
        }

    fun isInJdk(name: String): Boolean =
        try {
            find(name)
            true
        } catch (_: NoSuchAlgorithmException) {
            false
        }

    fun get(name: String): T = ofProvider(name) ?: ofJdk(name)
}
