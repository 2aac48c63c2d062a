package dev.openidclient.jose

import dev.openidclient.error.UnsupportedFeatureException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.security.MessageDigest
import java.security.Security

class HalfHashSpec :
    FunSpec({
        test("is the c_hash of OpenID Connect Core Appendix A.4") {
            halfHash("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk", JwsAlgorithm.RS256) shouldBe
                "LDktKdoQak3Pk0cnXxCltA"
        }

        test("is the at_hash of OpenID Connect Core Appendix A.3") {
            halfHash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", JwsAlgorithm.RS256) shouldBe
                "77QmUPtjPfzWtF2AnpK9RQ"
        }

        val hashes =
            mapOf(
                "SHA-256" to listOf(JwsAlgorithm.RS256, JwsAlgorithm.PS256, JwsAlgorithm.ES256),
                "SHA-384" to listOf(JwsAlgorithm.RS384, JwsAlgorithm.PS384, JwsAlgorithm.ES384),
                "SHA-512" to
                    listOf(
                        JwsAlgorithm.RS512,
                        JwsAlgorithm.PS512,
                        JwsAlgorithm.ES512,
                        JwsAlgorithm.ED25519,
                        JwsAlgorithm.EDDSA,
                    ),
            )
        for ((hash, algorithms) in hashes) {
            for (algorithm in algorithms) {
                test("is the left half of $hash for ${algorithm.identifier}") {
                    val whole = MessageDigest.getInstance(hash).digest("ä.b".encodeToByteArray())

                    halfHash("ä.b", algorithm) shouldBe Base64Url.encode(whole.copyOf(whole.size / 2))
                }
            }
        }

        val hasShake = "SHAKE256-512" in Security.getAlgorithms("MessageDigest")
        for (algorithm in listOf(JwsAlgorithm.ML_DSA_44, JwsAlgorithm.ML_DSA_65, JwsAlgorithm.ML_DSA_87)) {
            // the left 256 bits of SHAKE256("")
            test("is the left half of SHAKE256 for ${algorithm.identifier}").config(enabled = hasShake) {
                halfHash("", algorithm) shouldBe "RrndKwuojRMjOz_rdD7rJD_NUupiuBuCtQwnZG7Vdi8"
            }

            test("is not supported for ${algorithm.identifier} without SHAKE256").config(enabled = !hasShake) {
                shouldThrow<UnsupportedFeatureException> { halfHash("", algorithm) }.message shouldBe
                    "the running JDK has no SHAKE256-512"
            }
        }
    })
