package dev.openidclient.jose

import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.gen.ECKeyGenerator
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject

class PrivateJwkSpec :
    FunSpec({
        val ec = jsonObject(TestKeys.ec.toJSONString())
        val rsa = jsonObject(TestKeys.rsa.toJSONString())
        val okp =
            jsonObject(
                """{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",""" +
                    """"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""",
            )

        context("a private JWK") {
            for ((curve, algorithm) in mapOf(Curve.P_256 to "ES256", Curve.P_384 to "ES384", Curve.P_521 to "ES512")) {
                test("on ${curve.name} signs with $algorithm") {
                    val jwk = ECKeyGenerator(curve).generate()
                    val key = SigningKey.fromJwk(jwk.toJSONString())

                    key.algorithm.identifier shouldBe algorithm
                    key.thumbprint() shouldBe jwk.computeThumbprint().toString()
                }
            }

            test("of RSA signs with its alg, or the one that is named") {
                SigningKey.fromJwk(rsa.with("alg", "\"PS384\"")).algorithm shouldBe JwsAlgorithm.PS384
                SigningKey.fromJwk(rsa, JwsAlgorithm.RS256).algorithm shouldBe JwsAlgorithm.RS256
            }

            test("of RSA needs no more than modulus and exponents") {
                val jwk = JsonObject(rsa.filterKeys { it in setOf("kty", "n", "e", "d") })
                val key = SigningKey.fromJwk(jwk, JwsAlgorithm.PS256)

                JwsVerifier.of(key.publicJwk, JwsAlgorithm.PS256).verify(ByteArray(3), key.sign(ByteArray(3))) shouldBe
                    true
            }

            test("of Ed25519 signs with either name") {
                SigningKey.fromJwk(okp).algorithm shouldBe JwsAlgorithm.ED25519
                SigningKey.fromJwk(okp.with("alg", "\"EdDSA\"")).algorithm shouldBe JwsAlgorithm.EDDSA
                SigningKey.fromJwk(okp.with("alg", "\"EdDSA\""), JwsAlgorithm.ED25519).algorithm shouldBe
                    JwsAlgorithm.ED25519
            }

            test("gives its kid") {
                SigningKey.fromJwk(ec).keyId shouldBe "ec-1"
                SigningKey.fromJwk(okp).keyId.shouldBeNull()
            }

            test("may say that it is to sign") {
                val jwk = ec.with("use", "\"sig\"").with("key_ops", """["verify","sign"]""")
                SigningKey.fromJwk(jwk).algorithm shouldBe JwsAlgorithm.ES256
            }
        }

        context("is refused:") {
            for (use in listOf("\"enc\"", "\"SIG\"", "\"\"", "null", "1")) {
                test("a JWK whose use is $use") { refusal(ec.with("use", use)) shouldContain "\"use\" is not \"sig\"" }
            }

            for (operations in listOf("""["verify"]""", "[]", "\"sign\"", "null", """["Sign"]""")) {
                test("a JWK whose key_ops are $operations") {
                    refusal(ec.with("key_ops", operations)) shouldContain "\"key_ops\" lack \"sign\""
                }
            }

            test("an RSA key without alg") { refusal(rsa) shouldContain "does not tell its algorithm" }

            test("a key for another alg than the one named") {
                refusal(rsa.with("alg", "\"RS256\""), JwsAlgorithm.PS256) shouldContain
                    "the JWK is for RS256, not for PS256"
            }

            test("a key whose alg is not that of its curve") {
                refusal(ec.with("alg", "\"ES384\"")) shouldContain "cannot sign with ES384"
            }

            for (algorithm in listOf("ECDH-ES", "HS256", "none")) {
                test("a key with the alg $algorithm, which does not sign here") {
                    shouldThrow<UnsupportedFeatureException> { SigningKey.fromJwk(ec.with("alg", "\"$algorithm\"")) }
                        .message shouldContain "\"$algorithm\" is not supported"
                }
            }

            for ((name, jwk) in mapOf("EC" to ec, "RSA" to rsa, "OKP" to okp)) {
                test("an $name key without its private part") {
                    refusal(jwk - "d", JwsAlgorithm.RS256) shouldContain "the JWK has no private key"
                }

                test("an $name key without its public part") {
                    refusal(jwk - setOf("x", "n"), JwsAlgorithm.RS256)
                }

                for (value in listOf("null", "1", "\"\"", "\"===\"", "{}")) {
                    test("an $name key whose private part is $value") {
                        refusal(jwk.with("d", value), if (name == "RSA") JwsAlgorithm.RS256 else null)
                    }
                }
            }

            test("an RSA key of 1024 bits") {
                val weak = RSAKeyGenerator(1024, true).generate().toJSONString()
                shouldThrow<UnsupportedFeatureException> {
                    SigningKey.fromJwk(
                        weak,
                        JwsAlgorithm.RS256,
                    )
                }.message shouldContain
                    "2048 bits at least"
            }

            for (curve in listOf("Ed448", "X448", "P-256", "ed25519")) {
                test("an OKP key on $curve") {
                    shouldThrow<UnsupportedFeatureException> { SigningKey.fromJwk(okp.with("crv", "\"$curve\"")) }
                        .message shouldContain "Ed25519 or X25519"
                }
            }

            test("a key on X25519") { refusal(okp.with("crv", "\"X25519\"")) shouldContain "cannot sign here" }

            for (curve in listOf("P-384", "P-999", "Ed25519")) {
                test("an EC key of P-256 that says it is on $curve") { refusal(ec.with("crv", "\"$curve\"")) }
            }

            test("a point that is not on its curve") { refusal(ec.with("y", ec.getValue("x").toString())) }

            for (size in listOf(31, 33)) {
                test("an Ed25519 key of $size bytes") {
                    val d = TestKeys.base64Url(ByteArray(size) { 1 })
                    refusal(okp.with("d", "\"$d\"")) shouldContain "\"d\" of the JWK must be 32 bytes"
                }
            }

            for (size in listOf(0, 31, 33, 64)) {
                test("an ML-DSA key whose \"priv\" is no seed, but $size bytes (RFC 9964)") {
                    val pub = TestKeys.base64Url(ByteArray(MlDsa.publicKeySize(JwsAlgorithm.ML_DSA_44)))
                    val priv = TestKeys.base64Url(ByteArray(size))

                    refusal(jsonObject("""{"kty":"AKP","alg":"ML-DSA-44","pub":"$pub","priv":"$priv"}""")) shouldBe
                        "\"priv\" of the JWK must be 32 bytes as base64url"
                }
            }

            for (type in listOf("\"oct\"", "\"ec\"", "null", "1")) {
                test("a key of the type $type") {
                    shouldThrow<UnsupportedFeatureException> {
                        SigningKey.fromJwk(
                            okp.with("kty", type),
                        )
                    }.message shouldContain
                        "RSA, EC, OKP or AKP"
                }
            }

            test("an empty kid") { refusal(ec.with("kid", "\"\"")) shouldContain "must not be empty" }

            for (text in listOf("", "[]", "null", "{", "not JSON")) {
                test("the text \"$text\"") {
                    shouldThrow<IllegalArgumentException> { SigningKey.fromJwk(text) }.message shouldBe
                        "a JWK must be a JSON object"
                }
            }
        }

        test("no message shows what could not be parsed") {
            for (jwk in listOf(ec, rsa, okp)) {
                for (name in listOf("d", "x", "n", "crv", "kty").filter(jwk::containsKey)) {
                    val e =
                        shouldThrow<RuntimeException> {
                            SigningKey.fromJwk(jwk.with(name, "\"s3cret*value\""), JwsAlgorithm.RS256)
                        }
                    e.stackTraceToString() shouldNotContain "s3cret*value"
                }
            }
        }
    })

private fun JsonObject.with(
    name: String,
    value: String,
): JsonObject = JsonObject(this + (name to jsonObject("""{"v":$value}""").getValue("v")))

private fun refusal(
    jwk: Map<String, JsonElement>,
    algorithm: JwsAlgorithm? = null,
): String = shouldThrow<IllegalArgumentException> { SigningKey.fromJwk(JsonObject(jwk), algorithm) }.message.orEmpty()
