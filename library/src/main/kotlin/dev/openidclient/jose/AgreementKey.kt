package dev.openidclient.jose

import java.security.InvalidKeyException
import java.security.PrivateKey
import java.security.PublicKey
import javax.crypto.KeyAgreement

/** The private half of an agreement with [algorithm] of the JCA, `ECDH` or `X25519`. */
internal class AgreementKey(
    private val key: PrivateKey,
    private val algorithm: String,
) {
    private val algorithms = CryptoProvider.algorithms
    private val factory = if (algorithm == "ECDH") "EC" else algorithm
    private val provided = ProvidedKey(algorithms, key, factory)

    /** The secret with [public]. Throws [java.security.GeneralSecurityException] where there is none. */
    @Suppress("TooGenericExceptionCaught") // what a provider throws at points that it refuses is written down nowhere
    fun agree(public: PublicKey): ByteArray {
        val secret =
            try {
                provided.with(::ofProvider)?.let { secret(it, algorithms.translated(public, factory)) }
                    ?: secret(ofJdk(), public)
            } catch (e: RuntimeException) {
                throw InvalidKeyException("the key agreement failed", e)
            }
        // RFC 7748 §6.1: a point of small order makes it zero; the JDK refuses that, others may not
        if (algorithm == "X25519" && secret.all { it == 0.toByte() }) throw InvalidKeyException("the secret is zero")
        return secret
    }

    private fun ofProvider(own: PrivateKey): KeyAgreement? =
        algorithms.keyAgreements.ofProvider(algorithm)?.apply { init(own) }

    private fun ofJdk(): KeyAgreement = algorithms.keyAgreements.ofJdk(algorithm).apply { init(key) }

    private fun secret(
        agreement: KeyAgreement,
        public: PublicKey,
    ): ByteArray {
        agreement.doPhase(public, true)
        return agreement.generateSecret()
    }
}
