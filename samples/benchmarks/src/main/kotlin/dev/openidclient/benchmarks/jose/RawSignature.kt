package dev.openidclient.benchmarks.jose

import com.nimbusds.jose.crypto.impl.ECDSA
import java.security.KeyPair
import java.security.Provider
import java.security.Signature
import java.security.spec.MGF1ParameterSpec
import java.security.spec.PSSParameterSpec

/**
 * The floor: [Signature] of one [provider], made and initialised for each operation, with keys of that provider. The
 * form of an ECDSA signature is the one that the provider has; where that is DER, it is put into that form beforehand.
 */
class RawSignature private constructor(
    private val name: String,
    private val provider: Provider,
    private val keyPair: KeyPair,
    private val case: Case,
) {
    private val signingInput = case.signingInput
    private val signature =
        if (name == DER_ECDSA) ECDSA.transcodeSignatureToDER(case.signature) else case.signature

    fun verify(): Boolean {
        val verification = create()
        verification.initVerify(keyPair.public)
        verification.update(signingInput)
        return verification.verify(signature).also { check(it) { "the floor does not verify" } }
    }

    fun sign(): ByteArray {
        val signing = create()
        signing.initSign(keyPair.private)
        signing.update(signingInput)
        return signing.sign()
    }

    private fun create(): Signature =
        Signature.getInstance(name, provider).apply { if (name in WITH_PARAMETERS) setParameter(PSS) }

    companion object {
        private const val DER_ECDSA = "SHA256withECDSA"
        private val PSS = PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1)
        private val WITH_PARAMETERS = setOf("RSASSA-PSS", "SHA256withRSA/PSS")
        private val NAMES =
            mapOf(
                "RS256" to listOf("SHA256withRSA"),
                "PS256" to listOf("RSASSA-PSS", "SHA256withRSA/PSS"),
                "ES256" to listOf("SHA256withECDSAinP1363Format", DER_ECDSA),
                "Ed25519" to listOf("Ed25519", "EdDSA"),
            )

        /** Null where [provider] has no such signature. */
        fun of(
            case: Case,
            provider: Provider,
        ): RawSignature? =
            NAMES
                .getValue(case.algorithm)
                .find { provider.getService("Signature", it) != null }
                ?.let { RawSignature(it, provider, case.keyPairOf(provider), case) }
    }
}
