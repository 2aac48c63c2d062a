package dev.openidclient.jose

import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.printable
import java.security.GeneralSecurityException
import java.security.KeyPair
import java.security.PrivateKey
import java.security.PublicKey
import java.security.cert.CertificateException
import java.security.cert.CertificateFactory
import java.security.cert.X509Certificate
import java.security.interfaces.RSAPrivateCrtKey
import java.security.spec.PKCS8EncodedKeySpec
import java.security.spec.RSAPublicKeySpec
import java.security.spec.X509EncodedKeySpec
import java.util.Base64

/**
 * PEM text ([RFC 7468](https://www.rfc-editor.org/rfc/rfc7468)) through the JDK's key factories. No message shows its
 * content.
 */
internal object Pem {
    private const val BEGIN = "-----BEGIN "
    private const val DASHES = "-----"
    private val ALGORITHMS = listOf("RSA", "EC", "Ed25519", "X25519", "ML-DSA")

    /**
     * The key pair in [pem]; the public key may be given as such, as a certificate, or stand in the private key or
     * follow from it.
     */
    fun keyPair(
        pem: String,
        password: CharArray? = null,
    ): KeyPair {
        val encoded = encodedPrivateKey(pem, password)
        val private = privateKey(encoded)
        val public =
            publicKey(pem)
                ?: certificates(pem).firstOrNull()?.publicKey
                ?: (private as? RSAPrivateCrtKey)?.let(::publicKeyOf)
                ?: (PrivateKeyInfo.publicKey(encoded) ?: PrivateKeyInfo.computedPublicKey(encoded))?.let(::publicKey)
        requireNotNull(public) {
            "the PEM text has no public key: append the block PUBLIC KEY or CERTIFICATE that belongs to the private key"
        }
        return KeyPair(public, private)
    }

    /** [password] opens an encrypted one. */
    fun privateKey(
        pem: String,
        password: CharArray? = null,
    ): PrivateKey = privateKey(encodedPrivateKey(pem, password))

    /** As unencrypted PKCS#8. */
    private fun encodedPrivateKey(
        pem: String,
        password: CharArray?,
    ): ByteArray {
        val blocks = blocks(pem)
        val label = blocks.keys.firstOrNull { it.endsWith("PRIVATE KEY") }
        requireNotNull(label) { "the PEM text has no private key (the block PRIVATE KEY)" }
        val content = blocks.getValue(label).first()
        // the form of before PKCS#8, RFC 1421 §4.6.1.1
        require("Proc-Type:" !in content) {
            "the block ${printable(label)} is encrypted in an old form: convert it with openssl pkcs8 -topk8"
        }
        return when (label) {
            "PRIVATE KEY" -> decode(label, content)
            "RSA PRIVATE KEY" -> PrivateKeyInfo.ofPkcs1(decode(label, content))
            "EC PRIVATE KEY" -> PrivateKeyInfo.ofSec1(decode(label, content))
            "ENCRYPTED PRIVATE KEY" -> {
                requireNotNull(password) { "the private key of the PEM text is encrypted: pass its password" }
                EncryptedPrivateKey.decrypt(decode(label, content), password)
            }
            "OPENSSH PRIVATE KEY" ->
                throw IllegalArgumentException(
                    "the private key is in the block $label: convert it with ssh-keygen -p -m PKCS8 -f",
                )
            else ->
                throw IllegalArgumentException(
                    "the private key is in the block ${printable(label)}, but must be PKCS#8 (PRIVATE KEY): " +
                        "convert it with openssl pkcs8 -topk8 -nocrypt",
                )
        }
    }

    /** The certificates in [pem], in order. */
    fun certificates(pem: String): List<X509Certificate> =
        blocks(pem)["CERTIFICATE"].orEmpty().map { certificate(decode("CERTIFICATE", it)) }

    private fun certificate(encoded: ByteArray): X509Certificate =
        try {
            CertificateFactory.getInstance("X.509").generateCertificate(encoded.inputStream()) as X509Certificate
        } catch (_: CertificateException) {
            throw IllegalArgumentException("the block CERTIFICATE of the PEM text is no X.509 certificate")
        }

    private fun publicKey(pem: String): PublicKey? =
        blocks(pem)["PUBLIC KEY"]?.first()?.let { content -> publicKey(decode("PUBLIC KEY", content)) }

    private fun publicKey(encoded: ByteArray): PublicKey =
        firstThatFits("public key") { Jca.keyFactory(it).generatePublic(X509EncodedKeySpec(encoded)) }

    private fun privateKey(encoded: ByteArray): PrivateKey {
        if (PrivateKeyInfo.isEd448(encoded)) {
            throw UnsupportedFeatureException("a key on the curve Ed448 is not supported")
        }
        return firstThatFits("private key") { Jca.keyFactory(it).generatePrivate(PKCS8EncodedKeySpec(encoded)) }
    }

    private fun publicKeyOf(key: RSAPrivateCrtKey): PublicKey =
        Jca.keyFactory("RSA").generatePublic(RSAPublicKeySpec(key.modulus, key.publicExponent))

    /** The encoding names its algorithm, but the JDK has to be asked for it by name first. */
    private fun <T : Any> firstThatFits(
        what: String,
        parse: (String) -> T,
    ): T {
        for (name in ALGORITHMS.filter(Jca::hasKeyFactory)) {
            try {
                return parse(name)
            } catch (_: GeneralSecurityException) {
                continue
            }
        }
        throw IllegalArgumentException(
            "the $what of the PEM text is of no kind that is supported: ${ALGORITHMS.joinToString()}",
        )
    }

    /** The contents by label, still as text: the old encrypted blocks start with header lines. */
    private fun blocks(pem: String): Map<String, List<String>> {
        val blocks = mutableListOf<Pair<String, String>>()
        var begin = pem.indexOf(BEGIN)
        while (begin >= 0) {
            val labelEnd = pem.indexOf(DASHES, begin + BEGIN.length)
            val end = if (labelEnd < 0) -1 else pem.indexOf(DASHES, labelEnd + DASHES.length)
            if (end < 0) break
            val label = pem.substring(begin + BEGIN.length, labelEnd)
            val isClosed = pem.startsWith("-----END $label-----", end)
            if (isClosed) blocks += label to pem.substring(labelEnd + DASHES.length, end)
            begin = pem.indexOf(BEGIN, if (isClosed) end + DASHES.length else end)
        }
        return blocks.groupBy({ it.first }, { it.second })
    }

    private fun decode(
        label: String,
        content: String,
    ): ByteArray =
        try {
            Base64.getMimeDecoder().decode(content.trim())
        } catch (_: IllegalArgumentException) {
            throw IllegalArgumentException("the block $label of the PEM text is not base64")
        }
}
