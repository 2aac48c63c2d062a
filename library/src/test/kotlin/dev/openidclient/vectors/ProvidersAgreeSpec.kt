package dev.openidclient.vectors

import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.jose.CryptoProvider
import dev.openidclient.jose.Jwk
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.JwsVerifier
import dev.openidclient.testing.Providers
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import kotlinx.serialization.json.jsonObject
import java.security.Provider

/** What is left open by a specification, or wrong, must not depend on who computes. */
class ProvidersAgreeSpec :
    FunSpec({
        afterSpec { Providers.useThatOfTheBuild() }

        for (file in WycheproofSignatureSpec.FILES + "rsa_pss_2048_sha256_mgf1_0") {
            test("all providers say the same of each signature of $file") {
                val vectors = WycheproofVector.of(file).filterNot { vector -> OPEN.any { it in vector.name } }
                val answers = listOf(null, Providers.corretto, Providers.conscrypt).map { answers(vectors, it) }

                vectors.indices
                    .filter { index -> answers.map { it[index] }.distinct().size != 1 }
                    .map { vectors[it].name }
                    .shouldBeEmpty()
            }
        }
    })

/**
 * To the first the JDK's answer differs from version to version. The second only the owner of a private key can make:
 * the JDK takes a DigestInfo without NULL, and others do not.
 */
private val OPEN = listOf(WycheproofSignatureSpec.UNREDUCED, "MissingNull")

private fun answers(
    vectors: List<WycheproofVector>,
    provider: Provider?,
): List<Boolean?> {
    if (provider == null) CryptoProvider.useJdk() else CryptoProvider.use(provider)
    val algorithm = checkNotNull(JwsAlgorithm.of(WycheproofVector.algorithm(vectors.first().file)))
    val verifiers =
        vectors
            .map {
                it.group
            }.distinct()
            .associateWith { verifier(it.getValue("key").jsonObject.let(::Jwk), algorithm) }
    return vectors.map { verifiers[it.group]?.verify(hex(it.text("msg")), hex(it.text("sig"))) }
}

private fun verifier(
    key: Jwk,
    algorithm: JwsAlgorithm,
): JwsVerifier? =
    try {
        key.verifier(algorithm)
    } catch (_: UnsupportedFeatureException) {
        null
    }
