package dev.openidclient.jose

import com.nimbusds.jose.JWSAlgorithm
import com.nimbusds.jose.JWSHeader
import com.nimbusds.jose.crypto.ECDSASigner
import com.nimbusds.jose.crypto.RSASSASigner
import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.gen.ECKeyGenerator
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.jsonObject
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.security.Signature
import java.security.spec.MGF1ParameterSpec
import java.security.spec.PSSParameterSpec

/** The vectors of the specifications are in the package `vectors`. */
class JwsVerifierSpec :
    FunSpec({
        context("RSA:") {
            val jwk = Jwk(TestKeys.publicJwk(TestKeys.rsa))
            val input = "a.b".encodeToByteArray()
            val rsa = JwsAlgorithm.entries.filter { it.keyType == "RSA" }

            fun sign(algorithm: JwsAlgorithm) =
                RSASSASigner(TestKeys.rsa).sign(JWSHeader(JWSAlgorithm.parse(algorithm.identifier)), input).decode()
            for (algorithm in rsa) {
                test("a signature of ${algorithm.identifier} verifies") {
                    JwsVerifier.of(jwk, algorithm).verify(input, sign(algorithm)) shouldBe true
                }

                for (other in rsa - algorithm) {
                    test("a signature of ${algorithm.identifier} is none of ${other.identifier}") {
                        JwsVerifier.of(jwk, other).verify(input, sign(algorithm)) shouldBe false
                    }
                }
            }

            test("a PS256 signature whose salt is not as long as the hash does not verify (RFC 7518 §3.5)") {
                val signature =
                    Signature.getInstance("RSASSA-PSS").run {
                        setParameter(PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 20, 1))
                        initSign(TestKeys.rsa.toPrivateKey())
                        update(input)
                        sign()
                    }
                JwsVerifier.of(jwk, JwsAlgorithm.PS256).verify(input, signature) shouldBe false
            }
        }

        context("elliptic curves:") {
            val curves =
                mapOf(
                    JwsAlgorithm.ES256 to Curve.P_256,
                    JwsAlgorithm.ES384 to Curve.P_384,
                    JwsAlgorithm.ES512 to Curve.P_521,
                )
            for ((algorithm, curve) in curves) {
                val key = ECKeyGenerator(curve).generate()
                val input = "a.b".encodeToByteArray()
                val verifier = JwsVerifier.of(Jwk(TestKeys.publicJwk(key)), algorithm)

                test("a signature of ${algorithm.identifier} verifies") {
                    val signature = ECDSASigner(key).sign(JWSHeader(JWSAlgorithm.parse(algorithm.identifier)), input)
                    verifier.verify(input, signature.decode()) shouldBe true
                }

                test("a signature of ${algorithm.identifier} in DER does not verify (RFC 7518 §3.4)") {
                    val hash = algorithm.hash.replace("-", "")
                    val der =
                        Signature.getInstance("${hash}withECDSA").run {
                            initSign(key.toPrivateKey())
                            update(input)
                            sign()
                        }
                    verifier.verify(input, der) shouldBe false
                }
            }
        }

        test("one verifier serves many threads at once") {
            val key = TestKeys.ed25519Jwk()
            val verifier = JwsVerifier.of(Jwk(key), JwsAlgorithm.ED25519)
            val token = TestKeys.signEd25519(jsonObject("{}"))
            val input = token.substringBeforeLast('.').encodeToByteArray()
            val signature = Base64Url.decode(token.substringAfterLast('.'))!!

            (1..200).toList().parallelStream().allMatch { verifier.verify(input, signature) } shouldBe true
        }
    })
