package dev.openidclient.jose

import java.io.IOException
import java.security.GeneralSecurityException
import java.security.NoSuchAlgorithmException
import javax.crypto.Cipher
import javax.crypto.EncryptedPrivateKeyInfo
import javax.crypto.NoSuchPaddingException
import javax.crypto.SecretKeyFactory
import javax.crypto.spec.PBEKeySpec

/**
 * Encrypted PKCS#8 ([RFC 5958 §3](https://www.rfc-editor.org/rfc/rfc5958#section-3)) with what the JDK has for it. No
 * message shows the content or the password.
 */
internal object EncryptedPrivateKey {
    private val PBES2 = setOf("PBES2", "1.2.840.113549.1.5.13")

    /** The unencrypted PKCS#8. Throws [IllegalArgumentException] where [password] does not open [encoded]. */
    fun decrypt(
        encoded: ByteArray,
        password: CharArray,
    ): ByteArray {
        val spec = PBEKeySpec(password)
        return try {
            val info = EncryptedPrivateKeyInfo(encoded)
            // RFC 8018 §6.2: the scheme's name says nothing, its parameters do
            val name = if (info.algName in PBES2) info.algParameters.toString() else info.algName
            val key = SecretKeyFactory.getInstance(name).generateSecret(spec)
            val cipher = Cipher.getInstance(name).apply { init(Cipher.DECRYPT_MODE, key, info.algParameters) }
            info.getKeySpec(cipher).encoded
        } catch (e: IOException) {
            throw refused(UNREADABLE, e)
        } catch (e: NoSuchAlgorithmException) {
            throw refused(UNREADABLE, e)
        } catch (e: NoSuchPaddingException) {
            throw refused(UNREADABLE, e)
        } catch (e: GeneralSecurityException) {
            throw refused("the password does not open the private key of the PEM text", e)
        } finally {
            spec.clearPassword()
        }
    }

    /** The cause is left out: it may repeat what could not be read. */
    private fun refused(
        message: String,
        cause: Exception,
    ) = IllegalArgumentException("$message (${cause.javaClass.simpleName})")

    private const val UNREADABLE =
        "the encrypted private key of the PEM text cannot be read here: " +
            "convert it with openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256"
}
