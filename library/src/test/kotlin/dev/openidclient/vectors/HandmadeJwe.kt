package dev.openidclient.vectors

import com.nimbusds.jose.EncryptionMethod
import com.nimbusds.jose.JWEAlgorithm
import com.nimbusds.jose.JWEHeader
import com.nimbusds.jose.JWEObject
import com.nimbusds.jose.Payload
import com.nimbusds.jose.crypto.RSAEncrypter
import dev.openidclient.jose.Base64Url
import dev.openidclient.testing.TestKeys
import java.security.interfaces.RSAPublicKey
import java.security.spec.MGF1ParameterSpec
import javax.crypto.Cipher
import javax.crypto.spec.GCMParameterSpec
import javax.crypto.spec.IvParameterSpec
import javax.crypto.spec.OAEPParameterSpec
import javax.crypto.spec.PSource
import javax.crypto.spec.SecretKeySpec

/** A JWE put together piece by piece, for what no library makes: every piece may be wrong. */
internal class HandmadeJwe(
    private val key: RSAPublicKey,
    var header: String = """{"alg":"RSA-OAEP-256","enc":"A256GCM"}""",
    var contentKey: ByteArray = ByteArray(32) { it.toByte() },
    var initializationVector: ByteArray = ByteArray(12) { it.toByte() },
) {
    private val protected get() = TestKeys.base64Url(header)

    private fun encryptedKey(): ByteArray =
        Cipher.getInstance("RSA/ECB/OAEPPadding").run {
            init(
                Cipher.ENCRYPT_MODE,
                key,
                OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT),
            )
            doFinal(contentKey)
        }

    /** With the tag cut to [tagBits]. */
    fun gcm(
        text: String = "a.b.c",
        tagBits: Int = 128,
    ): String {
        val sealed =
            Cipher.getInstance("AES/GCM/NoPadding").run {
                init(
                    Cipher.ENCRYPT_MODE,
                    SecretKeySpec(contentKey, "AES"),
                    GCMParameterSpec(tagBits, initializationVector),
                )
                updateAAD(protected.encodeToByteArray())
                doFinal(text.encodeToByteArray())
            }
        val at = sealed.size - tagBits / 8
        return compact(sealed.copyOf(at), sealed.copyOfRange(at, sealed.size))
    }

    /** AES-CBC with a tag of nobody's making. */
    fun cbc(
        text: String = "a.b.c",
        tag: ByteArray = ByteArray(16),
    ): String {
        val sealed =
            Cipher.getInstance("AES/CBC/PKCS5Padding").run {
                val half = contentKey.copyOfRange(contentKey.size / 2, contentKey.size)
                init(Cipher.ENCRYPT_MODE, SecretKeySpec(half, "AES"), IvParameterSpec(initializationVector))
                doFinal(text.encodeToByteArray())
            }
        return compact(sealed, tag)
    }

    private fun compact(
        ciphertext: ByteArray,
        tag: ByteArray,
    ): String =
        listOf(
            protected,
            Base64Url.encode(encryptedKey()),
            Base64Url.encode(initializationVector),
            Base64Url.encode(ciphertext),
            Base64Url.encode(tag),
        ).joinToString(".")
}

/** A JWE of [text] with RSA1_5 (RFC 7516 §A.2's algorithm) for [key]. */
@Suppress("DEPRECATION") // it is the one that must be refused
internal fun rsa15Jwe(
    key: RSAPublicKey,
    text: String = "a.b.c",
): String =
    JWEObject(JWEHeader(JWEAlgorithm.RSA1_5, EncryptionMethod.A256GCM), Payload(text))
        .apply { encrypt(RSAEncrypter(key)) }
        .serialize()
