package dev.openidclient.jose

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.testing.TestKeys.base64Url
import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain

class JwtSpec :
    FunSpec({
        context("takes apart") {
            // RFC 7515 Appendix A.2
            val jwt =
                Jwt.parse(
                    "eyJhbGciOiJSUzI1NiJ9" +
                        ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt" +
                        "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ" +
                        ".c2lnbmF0dXJl",
                    "ID Token",
                )

            test("the header") {
                jwt.algorithm shouldBe "RS256"
            }

            test("the header of the same text once, whatever comes after it, and no other") {
                val header = Base64Url.encode("""{"alg":"RS256","kid":"once"}""".encodeToByteArray())
                val other = Base64Url.encode("""{"alg":"RS256","kid":"other"}""".encodeToByteArray())
                val first = Jwt.parse("$header.e30.", "JWT").header
                repeat(2_000) { Jwt.parse("${Base64Url.encode("""{"kid":"$it"}""".encodeToByteArray())}.e30.", "JWT") }
                Jwt.parse("$header.e30.c2ln", "JWT").header shouldBe first
                Jwt.parse("$other.e30.c2ln", "JWT").keyId shouldBe "other"
            }

            test("the claims") {
                jwt.claims shouldBe
                    jsonObject("""{"iss":"joe","exp":1300819380,"http://example.com/is_root":true}""")
            }

            test("the signature") {
                jwt.signature.decodeToString() shouldBe "signature"
            }

            test("the signing input, as it came") {
                Jwt.parse("eyJhbGciOiJSUzI1NiJ9.e30.", "ID Token").signingInput.decodeToString() shouldBe
                    "eyJhbGciOiJSUzI1NiJ9.e30"
            }
        }

        context("accepts") {
            test("an empty signature, for its algorithm may be none") {
                Jwt.parse(jws(), "ID Token").signature.size shouldBe 0
            }

            test("a byte order mark before the claims") {
                Jwt.parse(jws(payload = "\uFEFF{\"a\":1}"), "ID Token").claims shouldBe jsonObject("""{"a":1}""")
            }

            test("duplicate claims, of which the last counts") {
                Jwt.parse(jws(payload = """{"sub":"a","sub":"b"}"""), "ID Token").claims shouldBe
                    jsonObject("""{"sub":"b"}""")
            }

            test("claims that do not parse, until they are asked for") {
                val jwt = shouldNotThrowAny { Jwt.parse(jws(payload = "no JSON"), "ID Token") }
                shouldThrow<InvalidResponseException> { jwt.claims }
            }
        }

        context("rejects") {
            for (text in listOf("", "e30", "e30.e30", "e30.e30.e30.e30", "e30.e30.e30.e30.e30.e30")) {
                test("<$text>, which has not three parts") {
                    shouldThrow<InvalidResponseException> { Jwt.parse(text, "ID Token") }.code shouldBe
                        ErrorCode.INVALID_RESPONSE
                }
            }

            test("an encrypted token of five parts") {
                val thrown = shouldThrow<UnsupportedFeatureException> { Jwt.parse("e30.a.b.c.d", "ID Token") }
                thrown.message shouldContain "ID Token is encrypted"
            }

            val notJson = listOf("", "hello", "{", """{"alg":RS256}""", "[[[")
            for (text in notJson) {
                test("the header <$text>, which is no JSON") {
                    shouldThrow<InvalidResponseException> { Jwt.parse(jws(header = text), "ID Token") }.code shouldBe
                        ErrorCode.PARSE_ERROR
                }

                test("the payload <$text>, which is no JSON") {
                    shouldThrow<InvalidResponseException> { Jwt.parse(jws(payload = text), "ID Token").claims }
                        .code shouldBe ErrorCode.PARSE_ERROR
                }
            }

            for (text in listOf("[]", "\"a\"", "1", "null", "true")) {
                test("the header $text, which is no object") {
                    shouldThrow<InvalidResponseException> { Jwt.parse(jws(header = text), "ID Token") }.code shouldBe
                        ErrorCode.INVALID_RESPONSE
                }

                test("the payload $text, which is no object") {
                    shouldThrow<InvalidResponseException> { Jwt.parse(jws(payload = text), "ID Token").claims }
                        .code shouldBe ErrorCode.INVALID_RESPONSE
                }
            }

            for (part in listOf("e30=", "e3 0", "e30\n", "\te30", "e+/0", "e30!", "{}", "e30%3D", "e3\u01410", "é")) {
                for (text in listOf("$part.e30.e30", "e30.$part.e30", "e30.e30.$part")) {
                    test("<$text>, which has another character than those of base64url") {
                        val thrown = shouldThrow<InvalidResponseException> { Jwt.parse(text, "ID Token") }
                        thrown.code shouldBe ErrorCode.INVALID_RESPONSE
                        thrown.message shouldBe
                            "the ID Token must be a compact JWT, " +
                            "of the characters A-Z, a-z, 0-9, \"-\", \"_\" and \".\" only"
                    }
                }
            }

            test("a header of one character, which is no base64url") {
                shouldThrow<InvalidResponseException> { Jwt.parse("A.e30.", "ID Token") }.code shouldBe
                    ErrorCode.PARSE_ERROR
            }

            test("a payload of one character, which is no base64url") {
                shouldThrow<InvalidResponseException> { Jwt.parse("e30.A.", "ID Token").claims }.code shouldBe
                    ErrorCode.PARSE_ERROR
            }

            test("a signature of one character, which is no base64url") {
                shouldThrow<InvalidResponseException> { Jwt.parse("e30.e30.A", "ID Token").signature }.code shouldBe
                    ErrorCode.INVALID_RESPONSE
            }

            test("no kid that is null, which is absent") {
                Jwt.parse(jws(header = """{"alg":"RS256","kid":null}"""), "ID Token").keyId shouldBe null
            }

            for (kid in listOf("1", "{}", "[\"a\"]")) {
                test("the kid $kid, which is no string") {
                    shouldThrow<InvalidResponseException> {
                        Jwt.parse(jws(header = """{"alg":"RS256","kid":$kid}"""), "ID Token").keyId
                    }.code shouldBe ErrorCode.INVALID_RESPONSE
                }
            }

            test("without showing the token, and naming its kind") {
                val thrown = shouldThrow<InvalidResponseException> { Jwt.parse("c2VjcmV0.e30.", "UserInfo response") }
                thrown.message shouldNotContain "c2VjcmV0"
                thrown.message shouldContain "UserInfo response"
            }
        }

        context("the key ID") {
            test("is that of the header") {
                Jwt.parse(jws(header = """{"alg":"RS256","kid":"k"}"""), "ID Token").keyId shouldBe "k"
            }

            test("is null where there is none") {
                Jwt.parse(jws(), "ID Token").keyId.shouldBeNull()
            }
        }

        context("the audience") {
            val audiences =
                mapOf(
                    """{"aud":"a"}""" to listOf("a"),
                    """{"aud":["a","b","a"]}""" to listOf("a", "b", "a"),
                    """{"aud":[]}""" to emptyList(),
                    "{}" to emptyList(),
                )
            for ((claims, audience) in audiences) {
                test("of $claims is $audience") {
                    Jwt.parse(jws(payload = claims), "ID Token").audience shouldBe audience
                }
            }
        }
    })

private fun jws(
    header: String = """{"alg":"RS256"}""",
    payload: String = "{}",
) = "${base64Url(header)}.${base64Url(payload)}."
