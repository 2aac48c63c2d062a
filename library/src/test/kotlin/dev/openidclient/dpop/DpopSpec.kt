package dev.openidclient.dpop

import com.nimbusds.jose.JWSObject
import com.nimbusds.jose.crypto.ECDSAVerifier
import com.nimbusds.jose.jwk.ECKey
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.Jwk
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.ModifyAssertion
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.NOW
import dev.openidclient.testing.jsonObject
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldNotContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonObject

class DpopSpec :
    FunSpec({
        context("the header of a proof") {
            test("has alg, typ and jwk, in that order, and no kid") {
                header(proof(Dpop(SigningKey.generate(JwsAlgorithm.ES256, "kid-1")))).keys.toList() shouldContainExactly
                    listOf("alg", "typ", "jwk")
            }

            test("says that it is a DPoP proof") { header(proof())["typ"] shouldBe JsonPrimitive("dpop+jwt") }

            test("has the algorithm of the key") {
                header(proof(Dpop(SigningKey.generate(JwsAlgorithm.ES384))))["alg"] shouldBe JsonPrimitive("ES384")
            }

            val members =
                mapOf(
                    JwsAlgorithm.ES256 to setOf("kty", "crv", "x", "y"),
                    JwsAlgorithm.PS256 to setOf("kty", "n", "e"),
                    JwsAlgorithm.ED25519 to setOf("kty", "crv", "x"),
                )
            for ((algorithm, names) in members) {
                test("has the public key of ${algorithm.identifier}, and nothing else of it") {
                    val key = SigningKey.generate(algorithm, "kid-1")
                    val jwk = header(proof(Dpop(key))).getValue("jwk").jsonObject

                    jwk.keys shouldBe names
                    Jwk(jwk).thumbprint() shouldBe key.thumbprint()
                }
            }

            test("has nothing private, also where the key's implementation gives it away") {
                val jwk =
                    """{"kty":"EC","crv":"P-256","x":"eA","y":"eQ","d":"c2VjcmV0","kid":"k","alg":"ES256"}"""
                val key =
                    object : SigningKey by SigningKey.generate() {
                        override val publicJwk = Jwk(jsonObject(jwk))
                    }

                header(proof(Dpop(key)))["jwk"] shouldBe jsonObject("""{"kty":"EC","crv":"P-256","x":"eA","y":"eQ"}""")
            }

            test("has the alg of an AKP key, which belongs to the key") {
                val jwk = """{"kty":"AKP","alg":"ML-DSA-44","pub":"cHVi","priv":"c2VjcmV0","kid":"k"}"""
                val key =
                    object : SigningKey by SigningKey.generate() {
                        override val publicJwk = Jwk(jsonObject(jwk))
                    }

                header(proof(Dpop(key)))["jwk"] shouldBe jsonObject("""{"kty":"AKP","alg":"ML-DSA-44","pub":"cHVi"}""")
            }
        }

        context("the name of the algorithm of an Ed25519 key") {
            val names =
                listOf(
                    null to "Ed25519",
                    emptyList<String>() to "Ed25519",
                    listOf("ES256") to "Ed25519",
                    listOf("Ed25519") to "Ed25519",
                    listOf("EdDSA", "Ed25519") to "Ed25519",
                    listOf("ES256", "EdDSA") to "EdDSA",
                )
            for ((server, name) in names) {
                test("is $name where the server lists $server") {
                    val proof = proof(Dpop(SigningKey.generate(JwsAlgorithm.ED25519)), server = server)
                    header(proof)["alg"] shouldBe JsonPrimitive(name)
                }
            }

            test("does not change that of another key") {
                header(proof(server = listOf("EdDSA", "PS256")))["alg"] shouldBe JsonPrimitive("ES256")
            }
        }

        context("the payload of a proof") {
            test("has iat, jti, htm, nonce, htu and ath, in that order") {
                val dpop = Dpop(SigningKey.generate())
                dpop.learnNonce(url(), answer("n-1").headers)

                payload(proof(dpop, accessToken = "t")).keys.toList() shouldContainExactly
                    listOf("iat", "jti", "htm", "nonce", "htu", "ath")
            }

            test("has neither nonce nor ath where there are none") {
                payload(proof()).keys.toList() shouldContainExactly listOf("iat", "jti", "htm", "htu")
            }

            test("has the time in seconds") { payload(proof())["iat"] shouldBe JsonPrimitive(NOW.epochSecond) }

            test("has 32 random bytes as jti, others in each proof") {
                val dpop = Dpop(SigningKey.generate())
                val values = List(100) { (payload(proof(dpop)).getValue("jti") as JsonPrimitive).content }

                values.shouldBeUnique()
                values.first() shouldMatch Regex("[A-Za-z0-9_-]{43}")
            }

            test("has the method in upper case") {
                payload(proof(method = "patch"))["htm"] shouldBe JsonPrimitive("PATCH")
            }

            // RFC 9449 §7.1 with the token of §4.2's example
            test("has the SHA-256 of the access token") {
                payload(proof(accessToken = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"))["ath"] shouldBe
                    JsonPrimitive("fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo")
            }

            test("does not have the access token itself") {
                proof(accessToken = "s3cret-token").let { "${header(it)}${payload(it)}" } shouldNotContain
                    "s3cret-token"
            }
        }

        context("htu") {
            val normalised =
                mapOf(
                    "https://rs.example.com/a?b=c" to "https://rs.example.com/a",
                    "https://rs.example.com/a#d" to "https://rs.example.com/a",
                    "https://rs.example.com/a?b=c#d" to "https://rs.example.com/a",
                    "https://rs.example.com" to "https://rs.example.com/",
                    "https://rs.example.com?b=c" to "https://rs.example.com/",
                    "HTTPS://RS.Example.COM/A" to "https://rs.example.com/A",
                    "https://rs.example.com:443/a" to "https://rs.example.com/a",
                    "https://rs.example.com:8443/a" to "https://rs.example.com:8443/a",
                    "http://rs.example.com:80/a" to "http://rs.example.com/a",
                    "https://rs.example.com/a/./b/../c" to "https://rs.example.com/a/c",
                    "https://rs.example.com/a%2Fb%c3%a4" to "https://rs.example.com/a%2Fb%c3%a4",
                )
            for ((requested, htu) in normalised) {
                test("of $requested is $htu") {
                    payload(proof(url = requested))["htu"] shouldBe JsonPrimitive(htu)
                }
            }
        }

        context("the signature of a proof") {
            test("verifies with the key in its header") {
                val proof = proof()
                val key = ECKey.parse(header(proof).getValue("jwk").toString())

                JWSObject.parse(proof).verify(ECDSAVerifier(key)) shouldBe true
            }

            test("covers what the caller's hook made of it") {
                val modify =
                    ModifyAssertion {
                        it.header("typ", "x").claim("iat", 1).removeClaim("jti").claim("aud", "rs")
                    }
                val proof = proof(Dpop(SigningKey.generate(), modify))
                val key = ECKey.parse(header(proof).getValue("jwk").toString())

                JWSObject.parse(proof).verify(ECDSAVerifier(key)) shouldBe true
                header(proof)["typ"] shouldBe JsonPrimitive("x")
                payload(proof).keys.toList() shouldContainExactly listOf("iat", "htm", "htu", "aud")
            }
        }

        test("what the hook changes in one proof does not persist into the next") {
            var first = true
            val dpop = Dpop(SigningKey.generate(), { if (first) it.header("x", "y").also { first = false } })

            header(proof(dpop)).keys.toList() shouldContainExactly listOf("alg", "typ", "jwk", "x")
            header(proof(dpop)).keys shouldNotContain "x"
        }

        test("the thumbprint is that of the key") {
            val key = SigningKey.generate()
            Dpop(key).thumbprint() shouldBe key.publicJwk.thumbprint()
        }

        test("prints no nonce") {
            val dpop = Dpop(SigningKey.generate())
            dpop.learnNonce(url(), answer("s3cret-nonce").headers)

            dpop.toString() shouldBe "Dpop(SigningKey(ES256, kid=null), nonces=██)"
        }
    })

internal fun url(text: String = "https://as.example.com/token"): AbsoluteUrl = checkNotNull(AbsoluteUrl.parse(text))

internal fun answer(
    vararg nonces: String,
    status: Int = 200,
): HttpResponse {
    val fields = nonces.map { "DPoP-Nonce" to it }.toTypedArray()
    return HttpResponse(status, HttpHeaders.of(*fields), ByteArray(0))
}

internal suspend fun proof(
    dpop: Dpop = Dpop(SigningKey.generate()),
    method: String = "POST",
    url: String = "https://as.example.com/token",
    accessToken: String? = null,
    server: List<String>? = null,
): String = dpop.proof(method, url(url), accessToken, NOW.epochSecond, server)

internal fun header(jws: String): Map<String, JsonElement> = part(jws, 0)

internal fun payload(jws: String): Map<String, JsonElement> = part(jws, 1)

private fun part(
    jws: String,
    index: Int,
): JsonObject = jsonObject(checkNotNull(Base64Url.decode(jws.split('.')[index])).decodeToString())
