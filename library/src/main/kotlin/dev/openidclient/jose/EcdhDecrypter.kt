package dev.openidclient.jose

import com.nimbusds.jose.JOSEException
import com.nimbusds.jose.JWEDecrypter
import com.nimbusds.jose.JWEHeader
import com.nimbusds.jose.JWEObject
import com.nimbusds.jose.crypto.impl.CriticalHeaderParamsDeferral
import com.nimbusds.jose.crypto.impl.ECDHCryptoProvider
import com.nimbusds.jose.crypto.utils.ECChecks
import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.ECKey
import com.nimbusds.jose.jwk.OctetKeyPair
import com.nimbusds.jose.util.Base64URL
import java.security.GeneralSecurityException
import java.security.PublicKey
import java.security.interfaces.ECPublicKey
import java.security.spec.X509EncodedKeySpec
import javax.crypto.spec.SecretKeySpec

/**
 * ECDH-ES ([RFC 7518 §4.6](https://www.rfc-editor.org/rfc/rfc7518#section-4.6)), on X25519 too ([RFC 8037
 * §3.2](https://www.rfc-editor.org/rfc/rfc8037#section-3.2)), with a key agreement of the JCA.
 */
internal class EcdhDecrypter(
    curve: Curve,
    private val key: AgreementKey,
) : ECDHCryptoProvider(curve, null),
    JWEDecrypter {
    override fun supportedEllipticCurves(): Set<Curve> = CURVES

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
        val secret =
            try {
                SecretKeySpec(key.agree(ephemeralKey(header)), "AES")
            } catch (e: GeneralSecurityException) {
                throw JOSEException("the key agreement failed", e)
            }
        val limit = JWEObject.MAX_COMPRESSED_CIPHER_TEXT_LENGTH
        return decryptWithZ(header, aad, secret, encryptedKey, iv, cipherText, authTag, limit)
    }

    private fun ephemeralKey(header: JWEHeader): PublicKey =
        when (val ephemeral = header.ephemeralPublicKey) {
            is ECKey -> ephemeral.toECPublicKey().also(::requireOnCurve)
            is OctetKeyPair ->
                Jca.keyFactory("X25519").generatePublic(X509EncodedKeySpec(X25519_PREFIX + ephemeral.decodedX))
            else -> throw JOSEException("\"epk\" is no key on $curve")
        }

    /** With points of other curves the answers would tell of the private key, bit by bit. */
    private fun requireOnCurve(key: ECPublicKey) {
        if (!ECChecks.isPointOnCurve(
                key,
                curve.toECParameterSpec(),
            )
        ) {
            throw JOSEException("\"epk\" is no point of $curve")
        }
    }

    private companion object {
        // the superclass asks for them before there is an instance
        val CURVES = setOf(Curve.P_256, Curve.P_384, Curve.P_521, Curve.X25519)
    }
}
