package dev.openidclient.jose

import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.jsonObject
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs

class JwkSpec :
    FunSpec({
        test("reads its registered members") {
            val jwk =
                Jwk(
                    jsonObject(
                        """{"kty":"EC","kid":"k","alg":"ES256","use":"sig","key_ops":["verify","x"],"crv":"P-256"}""",
                    ),
                )
            listOf(jwk.keyType, jwk.keyId, jwk.algorithm, jwk.publicKeyUse, jwk.keyOperations, jwk.curve) shouldBe
                listOf("EC", "k", "ES256", "sig", listOf("verify", "x"), "P-256")
        }

        for (value in listOf("1", "null", "{}", "[1]")) {
            test("has null for registered members that are $value") {
                val jwk = Jwk(jsonObject("""{"kty":$value,"kid":$value,"alg":$value,"use":$value,"crv":$value}"""))
                listOf(jwk.keyType, jwk.keyId, jwk.algorithm, jwk.publicKeyUse, jwk.curve) shouldBe List(5) { null }
            }
        }

        test("has no key operations where they are no array") {
            Jwk(jsonObject("""{"key_ops":"verify"}""")).keyOperations.shouldBeNull()
        }

        for (member in listOf("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv")) {
            test("is private with \"$member\"") {
                Jwk(jsonObject("""{"kty":"RSA","$member":"AQ"}""")).isPrivate shouldBe true
            }
        }

        test("is public without private members") {
            Jwk(jsonObject("""{"kty":"RSA","n":"AQ","e":"AQAB","x5c":[],"ext":true}""")).isPrivate shouldBe false
        }

        test("prints no key material") {
            val printed = Jwk(jsonObject("""{"kty":"oct","kid":"k","k":"c2VjcmV0"}""")).toString()
            printed shouldBe "Jwk(kty=\"oct\", kid=\"k\", k=██)"
            printed shouldNotContain "c2VjcmV0"
        }

        test("is imported once for each algorithm") {
            val jwk = Jwk(TestKeys.publicJwk(TestKeys.rsa))
            jwk.verifier(JwsAlgorithm.RS256) shouldBeSameInstanceAs jwk.verifier(JwsAlgorithm.RS256)
            jwk.verifier(JwsAlgorithm.RS256) shouldNotBeSameInstanceAs jwk.verifier(JwsAlgorithm.PS256)
        }
    })
