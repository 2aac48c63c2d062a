package dev.openidclient.jose

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.verifySignature
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonPrimitive

class JwkSetSpec :
    FunSpec({
        context("the document is rejected:") {
            for (document in listOf(
                "{}",
                """{"keys":null}""",
                """{"keys":{}}""",
            )) {
                test(document) {
                    shouldThrow<InvalidResponseException> { JwkSet(jsonObject(document)) }.code shouldBe
                        ErrorCode.INVALID_RESPONSE
                }
            }
        }

        for (entry in listOf("1", "null", "\"a\"", "[]", "true")) {
            test("the entry $entry, which is no key, does not spoil the others") {
                candidates("""{"alg":"RS256"}""", entry, """{"kty":"RSA"}""", entry) shouldHaveSize 1
            }
        }

        context("equal keys") {
            val key = """"kty":"RSA","n":"AQAB","e":"AQAB""""

            test("count once, whatever else they say") {
                candidates("""{"alg":"RS256"}""", "{$key}", "{$key,\"kid\":\"a\"}", "{$key,\"x5c\":[]}") shouldHaveSize
                    1
            }

            test("count as private where the private half is published with one of them, in any order") {
                val private = "{$key,\"d\":\"AQAB\"}"
                candidates("""{"alg":"RS256"}""", "{$key}", private).single().isPrivate shouldBe true
                candidates("""{"alg":"RS256"}""", private, "{$key}").single().isPrivate shouldBe true
            }
        }

        context("a key on Ed448") {
            test("is refused in these words for a token of EdDSA with its kid") {
                shouldThrow<UnsupportedFeatureException> {
                    candidates("""{"alg":"EdDSA","kid":"a"}""", """{"kty":"OKP","crv":"Ed448","kid":"a"}""")
                }.message shouldBe
                    "the signature of the ID Token cannot be verified: " +
                    "its key is on the curve Ed448, which is not supported"
            }

            test("is passed over where it has another kid, or another key fits") {
                val ed448 = """{"kty":"OKP","crv":"Ed448","kid":"a"}"""
                candidates("""{"alg":"EdDSA","kid":"b"}""", ed448).shouldBeEmpty()
                candidates("""{"alg":"EdDSA"}""", ed448, """{"kty":"OKP","crv":"Ed25519"}""") shouldHaveSize 1
            }
        }

        context("several keys that fit") {
            val token = Jwt.parse(TestKeys.signRsa(idTokenClaims(), header = emptyMap()), "ID Token")
            val fitting = Jwk(TestKeys.publicJwk(TestKeys.rsa))
            val other = Jwk(TestKeys.publicJwk(TestKeys.otherRsa))
            val unusable = Jwk(jsonObject("""{"kty":"RSA","n":"AQAB","e":"AQAB"}"""))

            test("are each tried, in any order") {
                for (keys in listOf(listOf(fitting, other), listOf(other, fitting), listOf(unusable, fitting))) {
                    JwkSet.verifies(token, keys) shouldBe true
                }
            }

            test("refuse a signature of none of them") {
                JwkSet.verifies(token, listOf(other, unusable)) shouldBe false
            }

            test("are refused as such where none is usable") {
                shouldThrow<UnsupportedFeatureException> { JwkSet.verifies(token, listOf(unusable, unusable)) }
            }
        }

        context("made by the caller") {
            test("has the keys that it is made of") {
                val keys = listOf(fittingKey("a"), fittingKey("b"))

                JwkSet.of(keys).json shouldBe JwkSet.of(keys[0], keys[1]).json
                JwkSet.of(keys).keys.map { it.keyId } shouldBe listOf("a", "b")
            }

            test("refuses a private key, without showing it") {
                shouldThrow<IllegalArgumentException> {
                    JwkSet.of(Jwk.parse("""{"kty":"RSA","kid":"a","d":"c2VjcmV0"}"""))
                }.message shouldBe "a JWK Set is public, but the key Jwk(kty=\"RSA\", kid=\"a\", d=██) is private"
            }

            test("is read from its text") {
                JwkSet.parse("""{"keys":[{"kid":"a"}]}""").keys.single().keyId shouldBe "a"
            }

            for (text in listOf("", "[]", "{}", """{"keys":{}}""", "no JSON")) {
                test("is not read from <$text>") {
                    shouldThrow<IllegalArgumentException> { JwkSet.parse(text) }
                }
            }

            for (text in listOf("", "[]", "no JSON")) {
                test("has no key that is <$text>") {
                    shouldThrow<IllegalArgumentException> { Jwk.parse(text) }
                }
            }
        }

        test("keys of unknown types are kept") {
            JwkSet(jsonObject("""{"keys":[{"kty":"X"},{}],"vendor":1}""")).keys shouldHaveSize 2
        }

        test("an empty set has no candidates") {
            candidates("""{"alg":"RS256"}""").shouldBeEmpty()
        }

        context("the key type") {
            val types =
                mapOf(
                    "RSA" to listOf("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
                    "EC" to listOf("ES256", "ES384", "ES512"),
                    "OKP" to listOf("Ed25519", "EdDSA"),
                    "AKP" to listOf("ML-DSA-44", "ML-DSA-65", "ML-DSA-87"),
                )
            val curves = mapOf("ES256" to "P-256", "ES384" to "P-384", "ES512" to "P-521")
            for ((type, algorithms) in types) {
                for (algorithm in algorithms) {
                    val curve = curves[algorithm] ?: "Ed25519"
                    test("$type fits $algorithm") {
                        candidates("""{"alg":"$algorithm"}""", """{"kty":"$type","crv":"$curve"}""") shouldHaveSize 1
                    }

                    for (other in types.keys - type + listOf("oct", type.lowercase())) {
                        test("$other does not fit $algorithm") {
                            candidates(
                                """{"alg":"$algorithm"}""",
                                """{"kty":"$other","crv":"$curve"}""",
                            ).shouldBeEmpty()
                        }
                    }
                }
            }

            test("must be there") {
                candidates("""{"alg":"RS256"}""", "{}").shouldBeEmpty()
            }
        }

        context("the curve") {
            val curves =
                mapOf(
                    "ES256" to "P-256",
                    "ES384" to "P-384",
                    "ES512" to "P-521",
                    "Ed25519" to "Ed25519",
                    "EdDSA" to "Ed25519",
                )
            for ((algorithm, curve) in curves) {
                val type = if (algorithm.startsWith("ES")) "EC" else "OKP"
                for (other in listOf("P-256", "P-384", "P-521", "secp256k1", "Ed25519", "X448", "X25519") - curve) {
                    test("$other does not fit $algorithm") {
                        candidates("""{"alg":"$algorithm"}""", """{"kty":"$type","crv":"$other"}""").shouldBeEmpty()
                    }
                }

                test("must be there for $algorithm") {
                    candidates("""{"alg":"$algorithm"}""", """{"kty":"$type"}""").shouldBeEmpty()
                }
            }
        }

        context("the key ID") {
            test("of the token must be the key's") {
                candidates("""{"alg":"RS256","kid":"a"}""", """{"kty":"RSA","kid":"b"}""").shouldBeEmpty()
            }

            test("of the token fits no key without one") {
                candidates("""{"alg":"RS256","kid":"a"}""", """{"kty":"RSA"}""").shouldBeEmpty()
            }

            test("is compared with case") {
                candidates("""{"alg":"RS256","kid":"a"}""", """{"kty":"RSA","kid":"A"}""").shouldBeEmpty()
            }

            test("chooses among keys") {
                candidates(
                    """{"alg":"RS256","kid":"b"}""",
                    """{"kty":"RSA","kid":"a"}""",
                    """{"kty":"RSA","kid":"b"}""",
                ).map { it.keyId } shouldBe listOf("b")
            }

            test("decides nothing where the token has none") {
                candidates(
                    """{"alg":"RS256"}""",
                    """{"kty":"RSA","kid":"a"}""",
                    """{"kty":"RSA","n":"AQAB"}""",
                ) shouldHaveSize 2
            }

            test("may be shared by keys of several types") {
                candidates("""{"alg":"RS256","kid":"a"}""", """{"kty":"EC","kid":"a"}""", """{"kty":"RSA","kid":"a"}""")
                    .map { it.keyType } shouldBe listOf("RSA")
            }
        }

        context("a key for RS256") {
            val fitting =
                listOf(
                    "\"alg\":\"RS256\"",
                    "\"use\":\"sig\"",
                    "\"key_ops\":[\"verify\"]",
                    "\"key_ops\":[\"sign\",\"verify\"]",
                    "\"ext\":false",
                )
            for (member in fitting) {
                test("may have $member") {
                    candidates("""{"alg":"RS256"}""", """{"kty":"RSA",$member}""") shouldHaveSize 1
                }
            }

            for (member in listOf("alg", "use", "key_ops")) {
                test("may have null for $member, which is absent") {
                    candidates("""{"alg":"RS256"}""", """{"kty":"RSA","$member":null}""") shouldHaveSize 1
                }
            }

            val unfitting =
                listOf(
                    "\"alg\":\"RS384\"",
                    "\"alg\":\"PS256\"",
                    "\"alg\":\"rs256\"",
                    "\"alg\":\"RSA-OAEP\"",
                    "\"alg\":\"\"",
                    "\"use\":\"enc\"",
                    "\"use\":\"SIG\"",
                    "\"use\":\"\"",
                    "\"key_ops\":[]",
                    "\"key_ops\":[\"sign\"]",
                    "\"key_ops\":\"verify\"",
                )
            for (member in unfitting) {
                test("may not have $member") {
                    candidates("""{"alg":"RS256"}""", """{"kty":"RSA",$member}""").shouldBeEmpty()
                }
            }
        }

        for ((header, key) in listOf("EdDSA" to "Ed25519", "Ed25519" to "EdDSA", "EdDSA" to "EdDSA")) {
            test("a key for $key fits a token of $header") {
                candidates("""{"alg":"$header"}""", """{"kty":"OKP","crv":"Ed25519","alg":"$key"}""") shouldHaveSize 1
            }
        }

        for (algorithm in listOf("none", "HS256", "ES256K", "Ed448", "rs256", "")) {
            test("no key is looked for where the algorithm is <$algorithm>") {
                shouldThrow<UnsupportedFeatureException> { candidates("""{"alg":"$algorithm"}""", """{"kty":"oct"}""") }
            }
        }

        test("no key is looked for where there is no algorithm") {
            shouldThrow<UnsupportedFeatureException> { candidates("{}", """{"kty":"RSA"}""") }
        }

        context("verify") {
            val token = TestKeys.signRsa(idTokenClaims())
            val key = Jwk(TestKeys.publicJwk(TestKeys.rsa))

            test("passes a token that the key signed") {
                shouldNotThrowAny { verifySignature(Jwt.parse(token, "ID Token"), key) }
            }

            test("rejects a token that another key signed") {
                val thrown =
                    shouldThrow<ValidationException> {
                        verifySignature(Jwt.parse(token, "ID Token"), Jwk(TestKeys.publicJwk(TestKeys.otherRsa)))
                    }
                thrown.code shouldBe ErrorCode.INVALID_RESPONSE
            }

            test("rejects a token whose claims were changed") {
                val (header, _, signature) = token.split('.')
                val changed = TestKeys.base64Url(idTokenClaims("sub" to JsonPrimitive("mallory")).toString())
                shouldThrow<ValidationException> {
                    verifySignature(Jwt.parse("$header.$changed.$signature", "ID Token"), key)
                }
            }

            test("rejects a token without signature") {
                shouldThrow<ValidationException> {
                    verifySignature(Jwt.parse(token.substringBeforeLast('.') + ".", "ID Token"), key)
                }
            }

            test("does not verify with the algorithm none") {
                val unsigned = TestKeys.compact(idTokenClaims(), "none") { ByteArray(0) }
                shouldThrow<UnsupportedFeatureException> { verifySignature(Jwt.parse(unsigned, "ID Token"), key) }
            }
        }

        context("a key with the member issuer") {
            val tenant = "9188040d-6c67-4c5b-b112-36a304b66dad"

            fun fits(
                issuer: String,
                claims: String,
            ): Boolean {
                val key = jsonObject("""{"keys":[{"kty":"RSA","issuer":$issuer}]}""")
                val parts = listOf("""{"alg":"RS256"}""", claims).map(TestKeys::base64Url)
                return JwkSet(key).candidates(Jwt.parse("${parts.joinToString(".")}.", "ID Token")).size == 1
            }

            test("fits the tokens of that issuer") {
                fits("\"https://a.ex\"", """{"iss":"https://a.ex"}""") shouldBe
                    true
            }

            test("with {tenantid} fits the tokens of each tenant's issuer") {
                fits("\"https://a.ex/{tenantid}/\"", """{"iss":"https://a.ex/$tenant/","tid":"$tenant"}""") shouldBe
                    true
            }

            val others =
                listOf(
                    "\"https://a.ex\"" to """{"iss":"https://b.ex"}""",
                    "\"https://a.ex\"" to """{"iss":"https://a.ex/"}""",
                    "\"https://a.ex\"" to "{}",
                    "\"https://a.ex/{tenantid}/\"" to """{"iss":"https://b.ex/$tenant/","tid":"$tenant"}""",
                    "\"https://a.ex/{tenantid}/\"" to """{"iss":"https://a.ex/$tenant/"}""",
                    "\"https://a.ex/{tenantid}/\"" to """{"iss":"https://a.ex/../x/","tid":"../x"}""",
                    "\"https://a.ex/{tenantid}/\"" to """{"iss":"https://a.ex/{tenantid}/","tid":"$tenant"}""",
                    "\"\"" to """{"iss":"https://a.ex"}""",
                    "1" to """{"iss":"1"}""",
                )
            for ((issuer, claims) in others) {
                test("that is $issuer does not fit a token of $claims") { fits(issuer, claims) shouldBe false }
            }
        }

        test("prints its keys without key material") {
            JwkSet(jsonObject("""{"keys":[{"kty":"RSA","n":"c2VjcmV0"}]}""")).toString() shouldBe
                "JwkSet(Jwk(kty=\"RSA\", n=██))"
        }

        test("an unsupported algorithm is shown without control characters") {
            shouldThrow<UnsupportedFeatureException> { candidates("""{"alg":"a\u202Eb"}""") }.message shouldNotContain
                "\u202E"
        }
    })

private fun jwt(header: String) = Jwt.parse("${TestKeys.base64Url(header)}.e30.", "ID Token")

private fun fittingKey(kid: String) = Jwk.parse("""{"kty":"RSA","kid":"$kid"}""")

private fun candidates(
    header: String,
    vararg keys: String,
) = JwkSet(jsonObject("""{"keys":[${keys.joinToString()}]}""")).candidates(jwt(header))
