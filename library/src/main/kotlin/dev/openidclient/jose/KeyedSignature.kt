package dev.openidclient.jose

import java.security.InvalidKeyException
import java.security.Key
import java.security.PrivateKey
import java.security.Signature
import java.security.spec.AlgorithmParameterSpec
import java.security.spec.MGF1ParameterSpec
import java.security.spec.PSSParameterSpec
import java.util.concurrent.atomic.AtomicReferenceArray

/**
 * The objects that sign or verify with one [key]; safe to use from many threads at once.
 *
 * The first use decides for good whether they are of the chosen provider, or of the one that the JDK finds for the key.
 */
internal class KeyedSignature<K : Key>(
    private val algorithm: JwsAlgorithm,
    private val key: K,
    private val initialize: Signature.(K) -> Unit,
) {
    private val algorithms = CryptoProvider.algorithms
    private val provided =
        ProvidedKey(
            algorithms,
            key,
            algorithm.curve.takeIf { algorithm.keyType == "OKP" } ?: algorithm.keyType,
        )
    private val names = SignatureName.of(algorithm)
    private val idle = AtomicReferenceArray<Signature>(SLOTS)

    // an object with a key of a token may hold one of its few sessions
    private val isKept by lazy(LazyThreadSafetyMode.PUBLICATION) { key !is PrivateKey || !isOpaque(key) }

    @Volatile
    private var create: (() -> Signature)? = null

    /** An initialized object that nobody else has. */
    fun take(): Signature = idle.getAndSet(slot(), null) ?: create()

    /** For the next [take]. Not after a failure, whatever state that leaves an object of some provider in. */
    fun keep(signature: Signature) {
        if (isKept) idle.set(slot(), signature)
    }

    /** Threads seldom meet in a slot, and lose time only if they do. */
    private fun slot(): Int = System.identityHashCode(Thread.currentThread()) and (SLOTS - 1)

    private fun create(): Signature = create?.invoke() ?: provided.with(::ofProvider) ?: ofJdkOrProvider()

    private fun ofJdkOrProvider(): Signature =
        try {
            ofJdk()
        } catch (e: InvalidKeyException) {
            provided.evenElsewhere(::ofProvider) ?: throw e
        }

    private fun ofProvider(own: K): Signature? {
        // the encodings of private keys of ML-DSA are not settled between providers
        if (algorithm.keyType == "AKP") return null
        val name = names.firstOrNull { algorithms.signatures.isInProvider(it.name) } ?: return null
        return decide { initialized(algorithms.signatures.get(name.name), name, own) }
    }

    private fun ofJdk(): Signature {
        val name = names.firstOrNull { algorithms.signatures.isInJdk(it.name) } ?: names.first()
        return decide { initialized(algorithms.signatures.ofJdk(name.name), name, key) }
    }

    private fun decide(creation: () -> Signature): Signature = creation().also { create = creation }

    /** The parameters come second: to take them, the JDK would settle on a provider, whose the key may not be. */
    private fun initialized(
        signature: Signature,
        name: SignatureName,
        key: K,
    ): Signature {
        signature.initialize(key)
        name.parameters?.let(signature::setParameter)
        return signature
    }

    private companion object {
        // a power of two
        const val SLOTS = 8
    }
}

/** What the JCA calls a signature algorithm, with the parameters that the name does not say. */
private class SignatureName(
    val name: String,
    val parameters: AlgorithmParameterSpec? = null,
) {
    companion object {
        /** The names of [algorithm], the most common first. */
        fun of(algorithm: JwsAlgorithm): List<SignatureName> {
            val hash = algorithm.hash.replace("-", "")
            return when (algorithm) {
                JwsAlgorithm.RS256, JwsAlgorithm.RS384, JwsAlgorithm.RS512 -> listOf(SignatureName("${hash}withRSA"))
                JwsAlgorithm.PS256 -> pss(algorithm, MGF1ParameterSpec.SHA256, saltSize = 32)
                JwsAlgorithm.PS384 -> pss(algorithm, MGF1ParameterSpec.SHA384, saltSize = 48)
                JwsAlgorithm.PS512 -> pss(algorithm, MGF1ParameterSpec.SHA512, saltSize = 64)
                JwsAlgorithm.ES256, JwsAlgorithm.ES384, JwsAlgorithm.ES512 ->
                    listOf(SignatureName("${hash}withECDSA"))
                JwsAlgorithm.ED25519, JwsAlgorithm.EDDSA -> listOf(SignatureName("Ed25519"))
                JwsAlgorithm.ML_DSA_44, JwsAlgorithm.ML_DSA_65, JwsAlgorithm.ML_DSA_87 ->
                    listOf(SignatureName(algorithm.identifier))
            }
        }

        // RFC 7518 §3.5; Conscrypt and Bouncy Castle have names that say it all
        private fun pss(
            algorithm: JwsAlgorithm,
            mask: MGF1ParameterSpec,
            saltSize: Int,
        ): List<SignatureName> {
            val hash = algorithm.hash.replace("-", "")
            return listOf(
                SignatureName("RSASSA-PSS", PSSParameterSpec(algorithm.hash, "MGF1", mask, saltSize, 1)),
                SignatureName("${hash}withRSA/PSS"),
                SignatureName("${hash}withRSAandMGF1"),
            )
        }
    }
}
