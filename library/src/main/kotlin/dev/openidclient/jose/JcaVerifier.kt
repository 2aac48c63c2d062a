package dev.openidclient.jose

import dev.openidclient.error.UnsupportedFeatureException
import java.security.GeneralSecurityException
import java.security.ProviderException
import java.security.PublicKey
import java.security.Signature
import java.security.SignatureException

/**
 * Verifies with an algorithm of the JCA. [toJca] makes of a JWS signature the form that the JCA takes, or null of bytes
 * that are no signature.
 */
internal class JcaVerifier(
    private val algorithm: JwsAlgorithm,
    key: PublicKey,
    private val toJca: (ByteArray) -> ByteArray?,
) : JwsVerifier {
    private val objects = KeyedSignature(algorithm, key, Signature::initVerify)

    init {
        // a key that cannot be used is refused here, and not at the first token
        objects.keep(objects.take())
    }

    override fun verify(
        signingInput: ByteArray,
        signature: ByteArray,
    ): Boolean {
        val encoded = toJca(signature) ?: return false
        val verification = verification()
        val verified = verified(verification, signingInput, encoded)
        if (verified) objects.keep(verification)
        return verified
    }

    private fun verification(): Signature =
        try {
            objects.take()
        } catch (e: GeneralSecurityException) {
            throw UnsupportedFeatureException("the key cannot verify a signature of ${algorithm.identifier}", e)
        } catch (e: ProviderException) {
            throw UnsupportedFeatureException("the key cannot verify a signature of ${algorithm.identifier}", e)
        }

    /**
     * A no of one provider is final. Were another asked, a forger could choose between them, and what a faulty one
     * accepts would be accepted.
     */
    @Suppress("TooGenericExceptionCaught") // what a provider throws at no signature is written down nowhere
    private fun verified(
        verification: Signature,
        signingInput: ByteArray,
        signature: ByteArray,
    ): Boolean =
        try {
            verification.update(signingInput)
            verification.verify(signature)
        } catch (_: SignatureException) {
            false
        } catch (_: RuntimeException) {
            false
        }
}
