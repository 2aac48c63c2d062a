package dev.openidclient.jose

import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.gen.ECKeyGenerator
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.math.BigInteger
import java.security.KeyPairGenerator
import java.security.Security
import java.security.Signature

/** Which keys [JwsVerifier] imports. */
class JwsVerifierKeysSpec :
    FunSpec({
        val rsa = TestKeys.publicJwk(TestKeys.rsa)
        val ec = TestKeys.publicJwk(TestKeys.ec)
        val ed25519 = TestKeys.ed25519Jwk()

        fun refusal(
            jwk: JsonObject,
            algorithm: JwsAlgorithm,
        ) = shouldThrow<UnsupportedFeatureException> { JwsVerifier.of(Jwk(jwk), algorithm) }

        context("an RSA modulus") {
            for (bits in listOf(2048, 2049, 16_384)) {
                test("may have $bits bits") {
                    shouldNotThrowAny { JwsVerifier.of(Jwk(rsaKey(bits)), JwsAlgorithm.RS256) }
                }
            }

            for (bits in listOf(512, 1024, 2047, 16_385, 65_536)) {
                test("may not have $bits bits") {
                    refusal(rsaKey(bits), JwsAlgorithm.RS256).message shouldContain
                        "its modulus has $bits bits, but must have 2048 to 16384"
                }
            }

            test("of 2047 bits is not made longer by leading zeros") {
                val padded = ByteArray(8) + modulus(2047).toByteArray()
                refusal(rsa.with("n" to JsonPrimitive(Base64Url.encode(padded))), JwsAlgorithm.PS256)
            }
        }

        context("a private key is refused:") {
            for (member in listOf("d", "p", "q", "dp", "dq", "qi", "oth", "k")) {
                test("RSA with \"$member\"") {
                    refusal(rsa.with(member to JsonPrimitive("AQ")), JwsAlgorithm.RS256).message shouldContain
                        "it has private members"
                }
            }

            test("EC with \"d\"") {
                refusal(ec.with("d" to JsonPrimitive("AQ")), JwsAlgorithm.ES256)
            }

            test("Ed25519 with \"d\"") {
                refusal(ed25519.with("d" to JsonPrimitive("AQ")), JwsAlgorithm.ED25519)
            }

            test("ML-DSA with \"priv\"") {
                refusal(
                    jsonObject("""{"kty":"AKP","pub":"AQ","priv":"AQ"}"""),
                    JwsAlgorithm.ML_DSA_44,
                ).message shouldContain
                    "it has private members"
            }
        }

        context("a member must be base64url:") {
            val members =
                listOf(
                    Triple(rsa, JwsAlgorithm.RS256, "n"),
                    Triple(rsa, JwsAlgorithm.RS256, "e"),
                    Triple(ec, JwsAlgorithm.ES256, "x"),
                    Triple(ec, JwsAlgorithm.ES256, "y"),
                    Triple(ed25519, JwsAlgorithm.EDDSA, "x"),
                    Triple(jsonObject("""{"kty":"AKP","pub":"AQ"}"""), JwsAlgorithm.ML_DSA_65, "pub"),
                )
            for ((key, algorithm, member) in members) {
                for (value in listOf("\"!\"", "\"\"", "1", "null", "[]")) {
                    test("\"$member\" of ${algorithm.identifier} is not $value") {
                        val broken = jsonObject("""{"value":$value}""").getValue("value")
                        refusal(key.with(member to broken), algorithm).message shouldContain
                            "its \"$member\" must be base64url"
                    }
                }

                test("\"$member\" of ${algorithm.identifier} is not absent") {
                    refusal(JsonObject(key - member), algorithm)
                }
            }
        }

        context("an elliptic curve key is refused") {
            test("with a point that is not on the curve (RFC 7518 §6.2.1)") {
                val other = TestKeys.publicJwk(ECKeyGenerator(Curve.P_256).generate())
                refusal(ec.with("y" to other.getValue("y")), JwsAlgorithm.ES256)
            }

            test("with the point at infinity") {
                val zero = JsonPrimitive(Base64Url.encode(ByteArray(32)))
                refusal(ec.with("x" to zero, "y" to zero), JwsAlgorithm.ES256)
            }

            test("with coordinates of another curve") {
                refusal(ec.with("crv" to JsonPrimitive("P-384")), JwsAlgorithm.ES384)
            }

            test("with an unknown curve") {
                refusal(ec.with("crv" to JsonPrimitive("P-999")), JwsAlgorithm.ES256)
            }

            test("without a curve") {
                refusal(JsonObject(ec - "crv"), JwsAlgorithm.ES256)
            }
        }

        context("an Ed25519 key") {
            for (size in listOf(1, 31, 33, 57)) {
                test("may not have $size bytes") {
                    refusal(
                        ed25519.with("x" to JsonPrimitive(Base64Url.encode(ByteArray(size)))),
                        JwsAlgorithm.ED25519,
                    ).message shouldContain "its \"x\" must have 32 bytes, but has $size"
                }
            }

            test("may not be bytes that are no point of the curve (RFC 8032 §5.1.3)") {
                // y = 2 has no x
                val noPoint = ByteArray(32).also { it[0] = 2 }
                refusal(
                    ed25519.with("x" to JsonPrimitive(Base64Url.encode(noPoint))),
                    JwsAlgorithm.ED25519,
                ).message shouldContain "it cannot be imported"
            }
        }

        context("ML-DSA") {
            val sizes =
                mapOf(
                    JwsAlgorithm.ML_DSA_44 to 1312,
                    JwsAlgorithm.ML_DSA_65 to 1952,
                    JwsAlgorithm.ML_DSA_87 to 2592,
                )
            val isInJdk = "ML-DSA" in Security.getAlgorithms("Signature")
            for ((algorithm, size) in sizes) {
                val name = algorithm.identifier

                test("$name verifies what the JDK signed").config(enabled = isInJdk) {
                    val pair = KeyPairGenerator.getInstance(name).generateKeyPair()
                    val input = "a.b".encodeToByteArray()
                    val signature =
                        Signature.getInstance(name).run {
                            initSign(pair.private)
                            update(input)
                            sign()
                        }
                    val verifier = JwsVerifier.of(mlDsaKey(pair.public.encoded.takeLast(size).toByteArray()), algorithm)

                    verifier.verify(input, signature) shouldBe true
                    verifier.verify("a.c".encodeToByteArray(), signature) shouldBe false
                    verifier.verify(input, signature.copyOf(10)) shouldBe false
                    verifier.verify(input, signature + 0) shouldBe false
                }

                test("$name is not supported by a JDK without it").config(enabled = !isInJdk) {
                    shouldThrow<UnsupportedFeatureException> { JwsVerifier.of(mlDsaKey(ByteArray(size)), algorithm) }
                        .message shouldBe "the running JDK has no $name"
                }

                for (wrong in listOf(size - 1, size + 1, 32)) {
                    test("$name may not have a key of $wrong bytes") {
                        shouldThrow<UnsupportedFeatureException> {
                            JwsVerifier.of(
                                mlDsaKey(ByteArray(wrong)),
                                algorithm,
                            )
                        }.message shouldContain "its \"pub\" must have $size bytes, but has $wrong"
                    }
                }
            }
        }

        context("the message of a refused key") {
            test("shows no key material") {
                val n = "AQAB"
                refusal(rsa.with("n" to JsonPrimitive(n)), JwsAlgorithm.RS256).message shouldNotContain n
            }

            test("shows no control characters of the key ID, and not all of an endless one") {
                val thrown =
                    refusal(rsaKey(1024).with("kid" to JsonPrimitive("\u202E" + "k".repeat(5_000))), JwsAlgorithm.RS256)
                thrown.message shouldNotContain "\u202E"
                (thrown.message!!.length < 1_000) shouldBe true
            }
        }
    })

private fun JsonObject.with(vararg members: Pair<String, JsonElement>) = JsonObject(this + members)

private fun modulus(bits: Int): BigInteger = BigInteger.ONE.shiftLeft(bits - 1).add(BigInteger.ONE)

private fun rsaKey(bits: Int): JsonObject {
    val n = Base64Url.encode(modulus(bits).toByteArray().dropWhile { it == 0.toByte() }.toByteArray())
    return jsonObject("""{"kty":"RSA","kid":"k","n":"$n","e":"AQAB"}""")
}

private fun mlDsaKey(bytes: ByteArray) = Jwk(jsonObject("""{"kty":"AKP","pub":"${Base64Url.encode(bytes)}"}"""))
