package dev.openidclient.jose

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain

class AlgorithmRuleSpec :
    FunSpec({
        fun rule(
            client: String? = null,
            server: List<String>? = null,
            fallback: String? = AlgorithmRule.DEFAULT,
        ) = AlgorithmRule(
            "id_token_signed_response_alg",
            client,
            "id_token_signing_alg_values_supported",
            server,
            fallback,
        )

        context("accepts") {
            test("the client's algorithm") {
                shouldNotThrowAny { rule(client = "ES256").check(token("ES256"), unsignedAllowed = false) }
            }

            test("the client's algorithm, which the server does not list") {
                shouldNotThrowAny {
                    rule(client = "ES256", server = listOf("RS256")).check(token("ES256"), unsignedAllowed = false)
                }
            }

            test("any algorithm that the server lists where the client names none") {
                val rule = rule(server = listOf("PS256", "ES384"))
                shouldNotThrowAny {
                    rule.check(token("PS256"), unsignedAllowed = false)
                    rule.check(token("ES384"), unsignedAllowed = false)
                }
            }

            test("RS256 where neither names one") {
                shouldNotThrowAny { rule().check(token("RS256"), unsignedAllowed = false) }
            }

            for ((configured, received) in listOf("EdDSA" to "Ed25519", "Ed25519" to "EdDSA")) {
                test("$received for the client's $configured") {
                    shouldNotThrowAny { rule(client = configured).check(token(received), unsignedAllowed = false) }
                }

                test("$received for the server's $configured") {
                    shouldNotThrowAny {
                        rule(
                            server = listOf(configured),
                        ).check(token(received), unsignedAllowed = false)
                    }
                }
            }

            test("none where the client asks for it and nobody would verify") {
                shouldNotThrowAny { rule(client = "none").check(token("none"), unsignedAllowed = true) }
            }
        }

        context("rejects") {
            fun AlgorithmRule.refusal(
                algorithm: String,
                unsignedAllowed: Boolean = false,
            ) = shouldThrow<OAuthException> { check(token(algorithm), unsignedAllowed) }

            test("another algorithm than the client's, which the server lists") {
                val thrown = rule(client = "ES256", server = listOf("RS256")).refusal("RS256")
                thrown.code shouldBe ErrorCode.INVALID_RESPONSE
                thrown.message shouldBe
                    "the ID Token must be signed with ES256 (client metadata \"id_token_signed_response_alg\"), " +
                    "but its \"alg\" is \"RS256\""
            }

            test("an algorithm that the server does not list, the default included") {
                val thrown = rule(server = listOf("ES256", "PS256")).refusal("RS256")
                thrown.code shouldBe ErrorCode.INVALID_RESPONSE
                thrown.message shouldBe
                    "the ID Token must be signed with ES256 or PS256 " +
                    "(server metadata \"id_token_signing_alg_values_supported\"), but its \"alg\" is \"RS256\""
            }

            test("every algorithm where the server's list is empty") {
                rule(server = emptyList()).refusal("RS256").code shouldBe ErrorCode.INVALID_RESPONSE
            }

            for (algorithm in listOf("ML-DSA-44", "ML-DSA-65", "ML-DSA-87")) {
                test("$algorithm, unless a list names it") {
                    shouldThrow<ValidationException> { rule().check(token(algorithm), unsignedAllowed = false) }
                    rule(server = listOf(algorithm)).check(token(algorithm), unsignedAllowed = false)
                }
            }

            test("another algorithm than the default") {
                rule().refusal("ES256").code shouldBe ErrorCode.INVALID_RESPONSE
            }

            test("every algorithm where nothing says which") {
                shouldThrow<MetadataException> { rule(fallback = null).check(token("RS256"), unsignedAllowed = false) }
                    .code shouldBe ErrorCode.MISSING_SERVER_METADATA
            }

            test("a name in another case") {
                rule().refusal("rs256").code shouldBe ErrorCode.INVALID_RESPONSE
            }

            for (header in listOf("{}", """{"alg":null}""", """{"alg":256}""", """{"alg":["RS256"]}""")) {
                test("the header $header, which names no algorithm") {
                    val jwt = Jwt.parse("${TestKeys.base64Url(header)}.e30.", "ID Token")
                    shouldThrow<ValidationException> { rule().check(jwt, unsignedAllowed = true) }.code shouldBe
                        ErrorCode.INVALID_RESPONSE
                }
            }

            test("none where a signature must be verified, although the client asks for it") {
                shouldThrow<UnsupportedFeatureException> {
                    rule(client = "none").check(token("none"), unsignedAllowed = false)
                }
            }

            test("none where only the server lists it") {
                shouldThrow<UnsupportedFeatureException> {
                    rule(server = listOf("none")).check(token("none"), unsignedAllowed = true)
                }
            }

            test("none where the client asks for a signature and the server lists none") {
                rule(client = "RS256", server = listOf("none")).refusal("none", unsignedAllowed = true).code shouldBe
                    ErrorCode.INVALID_RESPONSE
            }

            test("a signed token where the client asks for none") {
                rule(client = "none").refusal("RS256", unsignedAllowed = true).code shouldBe ErrorCode.INVALID_RESPONSE
            }

            for (algorithm in listOf("HS256", "HS384", "HS512", "None", "NONE", "ES256K", "Ed448", "X9000")) {
                test("$algorithm, although the client asks for it") {
                    shouldThrow<UnsupportedFeatureException> {
                        rule(client = algorithm).check(token(algorithm), unsignedAllowed = true)
                    }
                }

                test("$algorithm, although the server lists it") {
                    shouldThrow<UnsupportedFeatureException> {
                        rule(server = listOf(algorithm)).check(token(algorithm), unsignedAllowed = true)
                    }
                }
            }

            test("an algorithm with control characters, without showing them") {
                rule().refusal("RS\u202E256").message shouldNotContain "\u202E"
            }

            test("an algorithm that a list with control characters does not name, without showing them") {
                rule(server = listOf("RS\u2028256")).refusal("RS256").message shouldNotContain "\u2028"
            }
        }
    })

private fun token(algorithm: String): Jwt =
    Jwt.parse(TestKeys.compact(idTokenClaims(), algorithm, jsonObject("{}")) { ByteArray(0) }, "ID Token")
