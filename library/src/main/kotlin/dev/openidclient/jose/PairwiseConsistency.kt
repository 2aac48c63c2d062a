package dev.openidclient.jose

import com.nimbusds.jose.jwk.Curve
import dev.openidclient.error.UnsupportedFeatureException
import java.math.BigInteger
import java.security.GeneralSecurityException
import java.security.KeyPair
import java.security.PrivateKey
import java.security.ProviderException
import java.security.PublicKey
import java.security.SignatureException
import java.security.interfaces.ECPrivateKey
import java.security.interfaces.ECPublicKey
import java.security.interfaces.RSAKey
import java.security.interfaces.RSAPrivateCrtKey
import java.security.interfaces.RSAPrivateKey
import java.security.interfaces.RSAPublicKey

/**
 * Whether the halves of a key pair belong together (NIST SP 800-56A §5.6.2.1.4). Otherwise the mistake shows only when
 * a server refuses what the private key signed, or encrypts what it cannot open.
 *
 * The numbers of an RSA key tell it. Other keys are used once, each for what it is for: a key has one purpose (NIST SP
 * 800-57 part 1 §5.2), and a provider may hold it to that. A private key that cannot be encoded, as in a hardware token
 * or at a remote service, is never used: that may cost money, or ask a person. Only its modulus is compared, if it tells
 * one.
 *
 * Throws [IllegalArgumentException] where they do not belong together, and [UnsupportedFeatureException] where an
 * operation with either of them fails.
 */
internal object PairwiseConsistency {
    private val PROBE = "pair-wise consistency".encodeToByteArray()

    /** What [sign] makes with the private half must be what [verifier] accepts. */
    fun ofSigning(
        keyPair: KeyPair,
        verifier: JwsVerifier,
        sign: (ByteArray) -> ByteArray,
    ) = require(keyPair) { _, _ -> verifier.verify(PROBE, sign(PROBE)) }

    /** The halves must decrypt what the other encrypts, or agree on one secret. Without public half nothing is to do. */
    fun ofDecryption(keyPair: KeyPair) = require(keyPair, ::agrees)

    private fun require(
        keyPair: KeyPair,
        holds: (PrivateKey, PublicKey) -> Boolean,
    ) {
        val public = keyPair.public ?: return
        val private = keyPair.private
        val belongTogether =
            when {
                !isSameModulus(private, public) -> false
                isOpaque(private) -> true
                private is RSAPrivateKey -> public is RSAPublicKey && isInverse(private, public)
                private is ECPrivateKey ->
                    public is ECPublicKey && isOnSameCurve(private, public) && tried { holds(private, public) }
                else -> tried { holds(private, public) }
            }
        if (!belongTogether) throw mismatch()
    }

    private fun isSameModulus(
        private: PrivateKey,
        public: PublicKey,
    ): Boolean {
        val modulus = (private as? RSAKey)?.let { told { it.modulus } }
        return modulus == null || public !is RSAKey || modulus == public.modulus
    }

    /** RFC 8017 §3.2: the private exponent undoes the public one. A provider uses it or the other numbers. */
    private fun isInverse(
        private: RSAPrivateKey,
        public: RSAPublicKey,
    ): Boolean {
        if (private is RSAPrivateCrtKey) return isInverseByPrimes(private, public)
        val two = BigInteger.valueOf(2)
        return two.modPow(public.publicExponent, public.modulus).modPow(private.privateExponent, public.modulus) == two
    }

    private fun isInverseByPrimes(
        private: RSAPrivateCrtKey,
        public: RSAPublicKey,
    ): Boolean {
        val one = BigInteger.ONE
        val p = private.primeP
        val q = private.primeQ
        return p > one &&
            q > one &&
            p * q == public.modulus &&
            private.publicExponent == public.publicExponent &&
            isInverse(public.publicExponent, private.privateExponent, private.primeExponentP, p - one) &&
            isInverse(public.publicExponent, private.privateExponent, private.primeExponentQ, q - one) &&
            (private.crtCoefficient * q).mod(p) == one
    }

    private fun isInverse(
        publicExponent: BigInteger,
        privateExponent: BigInteger,
        primeExponent: BigInteger,
        order: BigInteger,
    ): Boolean =
        privateExponent.mod(order) == primeExponent && (publicExponent * primeExponent).mod(order) == BigInteger.ONE

    private fun isOnSameCurve(
        private: ECPrivateKey,
        public: ECPublicKey,
    ): Boolean =
        Curve.forECParameterSpec(private.params) == Curve.forECParameterSpec(public.params) &&
            private.s.signum() > 0 &&
            private.s < private.params.order

    /** Both halves with another pair: the shared secret is one (RFC 7748 §6.1, NIST SP 800-56A §5.7.1.2). */
    private fun agrees(
        private: PrivateKey,
        public: PublicKey,
    ): Boolean =
        when {
            public is ECPublicKey && private is ECPrivateKey -> {
                val generator = Jca.keyPairGenerator("EC").apply { initialize(public.params) }
                agrees(private, public, "ECDH", generator.generateKeyPair())
            }
            public.algorithm in X25519_NAMES && private.algorithm in X25519_NAMES ->
                agrees(private, public, X25519, Jca.keyPairGenerator(X25519).generateKeyPair())
            // of an RSA key that tells no numbers, only the kind is known
            else -> private.algorithm == "RSA" && public is RSAPublicKey
        }

    private fun agrees(
        private: PrivateKey,
        public: PublicKey,
        algorithm: String,
        other: KeyPair,
    ): Boolean = secret(algorithm, private, other.public).contentEquals(secret(algorithm, other.private, public))

    private fun secret(
        algorithm: String,
        private: PrivateKey,
        public: PublicKey,
    ): ByteArray = AgreementKey(private, algorithm).agree(public)

    private fun tried(holds: () -> Boolean): Boolean =
        try {
            holds()
        } catch (e: UnsupportedFeatureException) {
            throw failure(e)
        } catch (e: GeneralSecurityException) {
            throw failure(e)
        } catch (e: ProviderException) {
            throw failure(e)
        }

    private fun failure(cause: Exception): RuntimeException =
        when {
            generateSequence<Throwable>(cause) { it.cause }.any { it is SignatureException } -> mismatch(cause)
            cause is UnsupportedFeatureException -> cause
            else -> UnsupportedFeatureException("the key cannot be used: ${cause.javaClass.name}", cause)
        }

    private fun mismatch(cause: Exception? = null) =
        IllegalArgumentException("the private key and the public key do not belong together", cause)

    private const val X25519 = "X25519"
    private val X25519_NAMES = setOf(X25519, "XDH")
}

/** What [read] reads of a key, or null where the key does not tell it. */
internal fun <T : Any> told(read: () -> T?): T? =
    try {
        read()
    } catch (_: UnsupportedOperationException) {
        null
    }

/** Whether [key] stays where it is. The keys of a remote service name some format, and refuse the encoding. */
internal fun isOpaque(key: PrivateKey): Boolean = key.format != "PKCS#8" || told { key.encoded } == null
