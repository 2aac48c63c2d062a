package dev.openidclient.testing

import com.nimbusds.jose.EncryptionMethod
import com.nimbusds.jose.JWEAlgorithm
import com.nimbusds.jose.JWECryptoParts
import com.nimbusds.jose.JWEEncrypter
import com.nimbusds.jose.JWEHeader
import com.nimbusds.jose.JWEObject
import com.nimbusds.jose.Payload
import com.nimbusds.jose.crypto.ECDHEncrypter
import com.nimbusds.jose.crypto.RSAEncrypter
import com.nimbusds.jose.crypto.impl.ECDHCryptoProvider
import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.OctetKeyPair
import com.nimbusds.jose.util.Base64URL
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.PublicKey
import java.security.interfaces.ECPublicKey
import java.security.interfaces.RSAPublicKey
import javax.crypto.KeyAgreement
import javax.crypto.spec.SecretKeySpec

/** A compact JWE of [text] for [key]: RSA, EC or X25519. */
fun jwe(
    key: PublicKey,
    algorithm: String,
    encryption: String = "A256GCM",
    text: String = "a.b.c",
    configure: JWEHeader.Builder.() -> Unit = {},
): String {
    val encrypter =
        when (key) {
            is RSAPublicKey -> RSAEncrypter(key)
            is ECPublicKey -> ECDHEncrypter(key)
            else -> X25519Encrypter.to(key)
        }
    return jwe(encrypter, algorithm, encryption, text, configure)
}

/** A compact JWE of [text] by [encrypter]. */
fun jwe(
    encrypter: JWEEncrypter,
    algorithm: String,
    encryption: String = "A256GCM",
    text: String = "a.b.c",
    configure: JWEHeader.Builder.() -> Unit = {},
): String {
    val header = JWEHeader.Builder(JWEAlgorithm.parse(algorithm), EncryptionMethod.parse(encryption))
    if (encrypter is X25519Encrypter) header.ephemeralPublicKey(encrypter.ephemeral)
    return JWEObject(header.apply(configure).build(), Payload(text)).apply { encrypt(encrypter) }.serialize()
}

/** ECDH-ES on X25519; the header must have [ephemeral] already. Nimbus' own one needs a library that is not here. */
class X25519Encrypter(
    val ephemeral: OctetKeyPair,
    private val secret: ByteArray,
) : ECDHCryptoProvider(Curve.X25519, null),
    JWEEncrypter {
    override fun supportedEllipticCurves(): Set<Curve> = setOf(Curve.X25519)

    override fun encrypt(
        header: JWEHeader,
        clearText: ByteArray,
        aad: ByteArray,
    ): JWECryptoParts = encryptWithZ(header, SecretKeySpec(secret, "AES"), clearText, aad)

    companion object {
        /** With a new ephemeral key. */
        fun to(key: PublicKey): X25519Encrypter {
            val ephemeral = x25519()
            val agreement = KeyAgreement.getInstance("X25519")
            agreement.init(ephemeral.private)
            agreement.doPhase(key, true)
            return X25519Encrypter(
                octetKeyPair(ephemeral.public.encoded.takeLast(SIZE).toByteArray()),
                agreement.generateSecret(),
            )
        }

        fun octetKeyPair(x: ByteArray): OctetKeyPair = OctetKeyPair.Builder(Curve.X25519, Base64URL.encode(x)).build()

        fun x25519(): KeyPair = KeyPairGenerator.getInstance("X25519").generateKeyPair()

        private const val SIZE = 32
    }
}
