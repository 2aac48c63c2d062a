package dev.openidclient.benchmarks.jose

import com.nimbusds.jose.crypto.impl.ECDSA
import java.security.KeyPair
import java.security.Provider
import java.security.Signature
import java.security.spec.MGF1ParameterSpec
import java.security.spec.PSSParameterSpec
import java.util.Base64

/**
 * The floor: [Signature] of one [provider], made and initialised for each operation, with keys of that provider. The
 * form of an ECDSA signature is the one that the provider has; where that is DER, it is put into that form beforehand.
 */
class RawSignature private constructor(
    private val name: String,
    private val provider: Provider,
    private val keyPair: KeyPair,
    compacts: List<String>,
) {
    private class Signed(
        val input: ByteArray,
        val signature: ByteArray,
    )

    private val all = compacts.map(::signed)

    private fun signed(compact: String): Signed {
        val signature = Base64.getUrlDecoder().decode(compact.substringAfterLast('.'))
        return Signed(
            compact.substringBeforeLast('.').encodeToByteArray(),
            if (name == DER_ECDSA) ECDSA.transcodeSignatureToDER(signature) else signature,
        )
    }

    /** All of them, each with an object of its own. */
    fun verify(): Boolean {
        for (signed in all) {
            val verification = create()
            verification.initVerify(keyPair.public)
            verification.update(signed.input)
            check(verification.verify(signed.signature)) { "the floor does not verify" }
        }
        return true
    }

    fun sign(): ByteArray {
        val signing = create()
        signing.initSign(keyPair.private)
        signing.update(all.first().input)
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
            compacts: List<String>,
        ): RawSignature? =
            NAMES
                .getValue(case.algorithm)
                .find { provider.getService("Signature", it) != null }
                ?.let { RawSignature(it, provider, case.keyPairOf(provider), compacts) }
    }
}
