package dev.openidclient.jose

import com.nimbusds.jose.JOSEException
import com.nimbusds.jose.JWEDecrypter
import com.nimbusds.jose.JWEHeader
import com.nimbusds.jose.JWEObject
import com.nimbusds.jose.crypto.RSADecrypter
import com.nimbusds.jose.crypto.impl.ContentCryptoProvider
import com.nimbusds.jose.crypto.impl.CriticalHeaderParamsDeferral
import com.nimbusds.jose.crypto.impl.RSACryptoProvider
import com.nimbusds.jose.util.Base64URL
import java.security.GeneralSecurityException
import java.security.PrivateKey
import java.security.interfaces.RSAKey
import java.security.spec.MGF1ParameterSpec
import javax.crypto.Cipher
import javax.crypto.spec.OAEPParameterSpec
import javax.crypto.spec.PSource
import javax.crypto.spec.SecretKeySpec

/**
 * RSA-OAEP ([RFC 7518 §4.3](https://www.rfc-editor.org/rfc/rfc7518#section-4.3)) with the chosen provider, under the one
 * name of the cipher that all have; Nimbus asks for names that not all have, and is left the rest.
 */
internal class RsaOaepDecrypter(
    private val key: PrivateKey,
    private val algorithms: JcaAlgorithms,
    private val provided: ProvidedKey<PrivateKey>,
) : RSACryptoProvider(null),
    JWEDecrypter {
    // refuses keys that are too short
    private val nimbus = RSADecrypter(key)

    override fun decrypt(
        header: JWEHeader,
        encryptedKey: Base64URL?,
        iv: Base64URL?,
        cipherText: Base64URL,
        authTag: Base64URL?,
        aad: ByteArray,
    ): ByteArray {
        requireLength(encryptedKey)
        val cipher = ofProvider(header) ?: return decryptWithJdk(header, encryptedKey, iv, cipherText, authTag, aad)
        // RFC 7516 §4.1.13
        CriticalHeaderParamsDeferral().ensureHeaderPasses(header)
        if (encryptedKey == null) throw JOSEException("there is no encrypted key")
        val contentKey = SecretKeySpec(unwrapped(cipher, encryptedKey.decode()), "AES")
        val limit = JWEObject.MAX_COMPRESSED_CIPHER_TEXT_LENGTH
        return ContentCryptoProvider
            .decrypt(header, aad, encryptedKey, iv, cipherText, authTag, contentKey, jcaContext, limit)
    }

    /** RFC 8017 §7.1.2; the JDK takes the number without its leading zeros, others do not. */
    private fun requireLength(encryptedKey: Base64URL?) {
        val modulus = (key as? RSAKey)?.let { key -> told { key.modulus } } ?: return
        if (encryptedKey?.decode()?.size != (modulus.bitLength() + BITS_PER_BYTE - 1) / BITS_PER_BYTE) {
            throw JOSEException("the encrypted key must be as long as the modulus")
        }
    }

    private fun decryptWithJdk(
        header: JWEHeader,
        encryptedKey: Base64URL?,
        iv: Base64URL?,
        cipherText: Base64URL,
        authTag: Base64URL?,
        aad: ByteArray,
    ): ByteArray {
        nimbus.jcaContext.contentEncryptionProvider = jcaContext.contentEncryptionProvider
        nimbus.jcaContext.macProvider = jcaContext.macProvider
        return nimbus.decrypt(header, encryptedKey, iv, cipherText, authTag, aad)
    }

    private fun ofProvider(header: JWEHeader): Cipher? {
        val parameters = PARAMETERS[header.algorithm.name] ?: return null
        return provided.with { own ->
            algorithms.ciphers.ofProvider("RSA/ECB/OAEPPadding")?.apply { init(Cipher.DECRYPT_MODE, own, parameters) }
        }
    }

    @Suppress("TooGenericExceptionCaught") // what a provider throws at bytes of no ciphertext is written down nowhere
    private fun unwrapped(
        cipher: Cipher,
        encryptedKey: ByteArray,
    ): ByteArray =
        try {
            cipher.doFinal(encryptedKey)
        } catch (e: GeneralSecurityException) {
            throw JOSEException("the key does not unwrap", e)
        } catch (e: RuntimeException) {
            throw JOSEException("the key does not unwrap", e)
        }

    private companion object {
        const val BITS_PER_BYTE = 8
        val PARAMETERS =
            mapOf(
                "RSA-OAEP" to parameters("SHA-1", MGF1ParameterSpec.SHA1),
                "RSA-OAEP-256" to parameters("SHA-256", MGF1ParameterSpec.SHA256),
                "RSA-OAEP-384" to parameters("SHA-384", MGF1ParameterSpec.SHA384),
                "RSA-OAEP-512" to parameters("SHA-512", MGF1ParameterSpec.SHA512),
            )

        fun parameters(
            hash: String,
            mask: MGF1ParameterSpec,
        ) = OAEPParameterSpec(hash, "MGF1", mask, PSource.PSpecified.DEFAULT)
    }
}
