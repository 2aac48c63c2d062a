package dev.openidclient.jose

import com.nimbusds.jose.JOSEException
import com.nimbusds.jose.JWEDecrypter
import com.nimbusds.jose.JWEHeader
import com.nimbusds.jose.JWEObject
import com.nimbusds.jose.crypto.impl.CriticalHeaderParamsDeferral
import com.nimbusds.jose.crypto.impl.ECDHCryptoProvider
import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.OctetKeyPair
import com.nimbusds.jose.util.Base64URL
import java.security.GeneralSecurityException
import java.security.PrivateKey
import java.security.spec.X509EncodedKeySpec
import javax.crypto.spec.SecretKeySpec

/**
 * ECDH-ES on X25519 ([RFC 8037 §3.2](https://www.rfc-editor.org/rfc/rfc8037#section-3.2)) with the JDK's key agreement.
 */
internal class X25519Decrypter(
    private val key: PrivateKey,
) : ECDHCryptoProvider(Curve.X25519, null),
    JWEDecrypter {
    override fun supportedEllipticCurves(): Set<Curve> = setOf(Curve.X25519)

    override fun decrypt(
        header: JWEHeader,
        encryptedKey: Base64URL?,
        iv: Base64URL?,
        cipherText: Base64URL,
        authTag: Base64URL?,
        aad: ByteArray,
    ): ByteArray {
        // RFC 7516 §4.1.13
        CriticalHeaderParamsDeferral().ensureHeaderPasses(header)
        val ephemeral = header.ephemeralPublicKey as? OctetKeyPair ?: throw JOSEException("\"epk\" is no key on X25519")
        val secret = SecretKeySpec(agree(ephemeral.decodedX), "AES")
        val limit = JWEObject.MAX_COMPRESSED_CIPHER_TEXT_LENGTH
        return decryptWithZ(header, aad, secret, encryptedKey, iv, cipherText, authTag, limit)
    }

    private fun agree(publicKey: ByteArray): ByteArray =
        try {
            val public = Jca.keyFactory(X25519).generatePublic(X509EncodedKeySpec(X25519_PREFIX + publicKey))
            Jca.keyAgreement(X25519).run {
                init(key)
                doPhase(public, true)
                generateSecret()
            }
        } catch (e: GeneralSecurityException) {
            // RFC 7748 §6.1: a point of small order makes the JDK refuse
            throw JOSEException("the key agreement failed", e)
        }

    private companion object {
        const val X25519 = "X25519"
    }
}
