package dev.openidclient.vectors

import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.gen.ECKeyGenerator
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.jose.AlgorithmRule
import dev.openidclient.jose.Jca
import dev.openidclient.jose.Jwk
import dev.openidclient.jose.JwkSet
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.Jwt
import dev.openidclient.jose.JwtValidation
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.util.Base64

/** What a header says is not believed (RFC 8725 §2.1, §3.1). */
class KeyConfusionSpec :
    FunSpec({
        val rsa = TestKeys.publicJwk(TestKeys.rsa)
        val ec = TestKeys.publicJwk(TestKeys.ec)
        val ed25519 = TestKeys.ed25519Jwk()
        val keys = mapOf("RSA" to rsa, "EC" to ec, "OKP" to ed25519)

        context("the public key as a secret of HMAC:") {
            val der = TestKeys.rsa.toPublicKey().encoded
            val pem =
                "-----BEGIN PUBLIC KEY-----\n${Base64.getMimeEncoder().encodeToString(der)}\n" +
                    "-----END PUBLIC KEY-----\n"
            val secrets =
                mapOf(
                    "DER" to der,
                    "PEM" to pem.encodeToByteArray(),
                    "the JWK" to rsa.toString().encodeToByteArray(),
                    "the modulus" to TestKeys.rsa.modulus.decode(),
                    "nothing" to ByteArray(1),
                )
            for ((name, secret) in secrets) {
                for (algorithm in listOf("HS256", "HS384", "HS512")) {
                    test("$algorithm with $name is refused") {
                        val jws = TestKeys.compact(jsonObject("{}"), algorithm) { Jca.hmacSha256(secret, it) }
                        shouldThrowExactly<UnsupportedFeatureException> { verify(jws, rsa) }
                        shouldThrow<OAuthException> { validate(jws, "RS256") }
                    }
                }
            }
        }

        context("a key of another kind than the algorithm is refused:") {
            for (algorithm in JwsAlgorithm.entries) {
                for ((type, key) in keys.filterKeys { it != algorithm.keyType }) {
                    test("${algorithm.identifier} with $type") {
                        shouldThrowExactly<UnsupportedFeatureException> { Jwk(key).verifier(algorithm) }
                        candidates(algorithm.identifier, key).shouldBeEmpty()
                    }
                }
            }
        }

        context("a key that says it is for something else is not used:") {
            val contradictions =
                listOf(
                    "\"alg\":\"RS512\"",
                    "\"alg\":\"PS256\"",
                    "\"alg\":\"RSA-OAEP\"",
                    "\"alg\":\"HS256\"",
                    "\"alg\":\"none\"",
                    "\"alg\":\"RSA-OAEP-256\",\"use\":\"sig\"",
                    "\"use\":\"enc\"",
                    "\"use\":\"enc\",\"key_ops\":[\"verify\"]",
                    "\"use\":\"sig\",\"key_ops\":[\"encrypt\"]",
                    "\"key_ops\":[\"wrapKey\",\"sign\"]",
                )
            for (contradiction in contradictions) {
                test(contradiction) {
                    candidates("RS256", JsonObject(rsa + jsonObject("{$contradiction}"))).shouldBeEmpty()
                }
            }
        }

        context("a key in the header is not used:") {
            val attacker = ECKeyGenerator(Curve.P_256).generate()
            val own = TestKeys.publicJwk(attacker)
            val headers =
                mapOf(
                    "jwk" to """{"jwk":$own}""",
                    "jwk with the kid of the server's" to """{"kid":"ec-1","jwk":${own.withMembers(
                        "kid" to "ec-1",
                    )}}""",
                    "jku" to """{"jku":"https://attacker.example/jwks"}""",
                    "x5u" to """{"x5u":"https://attacker.example/chain.pem"}""",
                    "x5c" to """{"x5c":["MIIB"]}""",
                    "x5t" to """{"x5t":"AAAA"}""",
                    "kid that is a path" to """{"kid":"../../dev/null"}""",
                )
            for ((name, header) in headers) {
                test(name) {
                    val jws = TestKeys.signEc(jsonObject("{}"), "ES256", attacker, jsonObject(header))

                    shouldNotThrowAny { verify(jws, own) }
                    shouldThrowExactly<ValidationException> { verify(jws, ec) }
                }
            }
        }

        context("an algorithm that is none of those allowed is refused:") {
            val names =
                listOf("none", "None", "NONE", "nOnE", "", " ", "rs256", "RS256 ", "RS-256", "RS256\u0000", "ES256\n") +
                    listOf("HS256", "ES256K", "RS1", "Ed448", "ECDH-ES", "RSA-OAEP", "A128KW", "dir")
            for (name in names) {
                test("<${name.replace("\n", "\\n").replace("\u0000", "\\0")}>") {
                    val jws = TestKeys.compact(jsonObject("{}"), name) { ByteArray(256) { 1 } }
                    for (key in keys.values) shouldThrowExactly<UnsupportedFeatureException> { verify(jws, key) }
                    shouldThrow<OAuthException> { validate(jws, "RS256") }
                }
            }

            for (value in listOf("null", "1", "true", "[]", "[\"RS256\"]", "{\"alg\":\"RS256\"}")) {
                test("$value instead of a name") {
                    val jws = "${TestKeys.base64Url("""{"alg":$value}""")}.e30.AAAA"
                    shouldThrow<OAuthException> { verify(jws, rsa) }
                    shouldThrow<OAuthException> { validate(jws, "RS256") }
                }
            }
        }

        context("an extension that must be understood is refused (RFC 7515 §4.1.11):") {
            for (header in listOf(
                """{"crit":["exp"],"exp":1}""",
                """{"crit":["b64"],"b64":false}""",
                """{"crit":["b64"],"b64":true}""",
                """{"crit":["alg"]}""",
                """{"crit":["http://example.invalid/UNDEFINED"],"http://example.invalid/UNDEFINED":true}""",
                """{"crit":[]}""",
                """{"crit":null}""",
                """{"crit":"exp"}""",
                """{"crit":{}}""",
            )) {
                test(header) {
                    val jws = TestKeys.signRsa(jsonObject("{}"), header = jsonObject(header))
                    shouldThrowExactly<UnsupportedFeatureException> { validate(jws, "RS256") }
                }
            }
        }

        // RFC 7797 §6: who does not know "b64" goes on as if it were not there
        test("a payload that is not encoded does not verify") {
            val header = TestKeys.base64Url("""{"alg":"Ed25519","b64":false}""")
            val signed = TestKeys.signEd25519(jsonObject("{}"))
            val jws = "$header.{\"a\":1}.${signed.substringAfterLast('.')}"
            shouldThrow<OAuthException> { verify(jws, ed25519) }
            shouldThrowExactly<InvalidResponseException> { Jwt.parse(jws, "vector").claims }
        }

        test("a signature without its payload does not verify") {
            val jws = TestKeys.signRsa(jsonObject("""{"a":1}"""))
            shouldThrowExactly<ValidationException> { verify(withPart(jws, 1, ""), rsa) }
            shouldThrowExactly<InvalidResponseException> { Jwt.parse(withPart(jws, 1, ""), "vector").claims }
        }

        test("a signature of one algorithm does not verify under another name of the same kind of key") {
            val jws = TestKeys.signRsa(jsonObject("{}"))
            for (name in listOf("RS384", "RS512", "PS256", "PS384", "PS512")) {
                val header = TestKeys.base64Url(JsonObject(mapOf("alg" to JsonPrimitive(name))).toString())
                shouldThrowExactly<ValidationException> { verify(withPart(jws, 0, header), rsa) }
            }
        }

        test("a signature is of header and payload, and not of the two joined otherwise") {
            val jws = TestKeys.signRsa(jsonObject("{}"))
            val (header, payload, signature) = jws.split('.')
            for (forged in listOf("$header$payload.", ".$header$payload", "$payload.$header")) {
                shouldThrow<OAuthException> { verify("$forged.$signature", rsa) }
            }
        }
    })

private fun candidates(
    algorithm: String,
    key: JsonObject,
): List<Jwk> =
    JwkSet(jsonObject("""{"keys":[$key]}"""))
        .candidates(Jwt.parse("${TestKeys.base64Url("""{"alg":"$algorithm"}""")}.e30.", "vector"))

private fun validate(
    jws: String,
    algorithm: String,
): Jwt =
    JwtValidation(now = 0, tolerance = 0)
        .validate(jws, "vector", AlgorithmRule("client", algorithm, "server", null, null), unsignedAllowed = false)
