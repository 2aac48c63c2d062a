package dev.openidclient.token

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.TestKeys.base64Url
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.idTokenValidation
import dev.openidclient.testing.json
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.testing.unverifiable
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.core.spec.style.FunSpec
import kotlinx.serialization.json.JsonPrimitive

private fun registeredFor(algorithm: String) =
    idTokenValidation("id_token_signed_response_alg" to JsonPrimitive(algorithm))

private fun listing(vararg algorithms: String) =
    serverMetadata("id_token_signing_alg_values_supported" to list(*algorithms))

private fun list(vararg values: String) = json(values.joinToString(",", "[", "]") { "\"$it\"" })

private fun IdTokenValidation.take(algorithm: String) =
    validate(unverifiable(idTokenClaims(), algorithm), accessToken = null)

/** The form and the header of an ID Token. */
class IdTokenValidationAlgorithmSpec :
    FunSpec({
        context("alg") {
            fun expectRejection(
                rules: IdTokenValidation,
                algorithm: String,
                reason: String,
            ) {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, reason) { rules.take(algorithm) }
            }

            fun expectUnsupported(
                rules: IdTokenValidation,
                algorithm: String,
            ) {
                shouldFailWith<UnsupportedFeatureException>(
                    ErrorCode.UNSUPPORTED_OPERATION,
                    "unsupported \"alg\" \"$algorithm\"",
                ) { rules.take(algorithm) }
            }

            test("is RS256 where nothing else is said") {
                shouldNotThrowAny { idTokenValidation().take("RS256") }
            }

            for (other in listOf("ES256", "PS256", "RS384", "rs256", "none", "HS256", "")) {
                test("is rejected as \"$other\" where nothing is said") {
                    expectRejection(idTokenValidation(), other, "signed with RS256 (the default; ")
                }
            }

            test("is the one that the client is registered for") {
                shouldNotThrowAny { registeredFor("ES256").take("ES256") }
                expectRejection(
                    registeredFor("ES256"),
                    "RS256",
                    "ES256 (client metadata \"id_token_signed_response_alg\")",
                )
            }

            test("is one that the server lists") {
                val rules = idTokenValidation(server = listing("PS256", "ES256"))

                shouldNotThrowAny { rules.take("ES256") }
                expectRejection(rules, "RS256", "(server metadata \"id_token_signing_alg_values_supported\")")
            }

            test("is the client's even where the server lists others") {
                val client = "id_token_signed_response_alg" to JsonPrimitive("ES256")

                shouldNotThrowAny { idTokenValidation(client, server = listing("RS256")).take("ES256") }
                expectRejection(idTokenValidation(client, server = listing("RS256")), "RS256", "client metadata")
            }

            test("is none at all where the server's list is empty") {
                expectRejection(idTokenValidation(server = listing()), "RS256", "no algorithm")
            }

            for ((registered, used) in listOf("EdDSA" to "Ed25519", "Ed25519" to "EdDSA")) {
                test("may be $used where it is to be $registered") {
                    shouldNotThrowAny { registeredFor(registered).take(used) }
                }
            }

            test("none is taken where the client is registered for it") {
                shouldNotThrowAny { registeredFor("none").take("none") }
            }

            for (algorithm in listOf("none", "HS256", "XS999", "NONE")) {
                test("$algorithm is rejected where only the server lists it") {
                    expectUnsupported(idTokenValidation(server = listing("RS256", algorithm)), algorithm)
                }
            }

            for (algorithm in listOf("HS1", "HS224", "XS999", "ES256K")) {
                test("$algorithm is rejected even where the client is registered for it") {
                    expectUnsupported(registeredFor(algorithm), algorithm)
                }
            }

            for (value in listOf("null", "1", "[\"RS256\"]")) {
                test("is rejected as $value") {
                    shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "must have an \"alg\"") {
                        val token = unverifiable(idTokenClaims(), header = mapOf("alg" to json(value)))
                        idTokenValidation().validate(token, accessToken = null)
                    }
                }
            }
        }

        for (value in listOf("[\"b64\"]", "[]", "null")) {
            test("crit is rejected whatever it names: $value") {
                shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "\"crit\"") {
                    val token = unverifiable(idTokenClaims(), header = mapOf("crit" to json(value)))
                    idTokenValidation().validate(token, accessToken = null)
                }
            }
        }

        context("the form") {
            val header = base64Url("""{"alg":"RS256"}""")
            val payload = base64Url(idTokenClaims().toString())

            fun take(token: String) = idTokenValidation().validate(token, accessToken = null)

            test("of five parts is encrypted, and rejected without a decryption key") {
                shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "encrypted") {
                    take("$header.a.b.c.d")
                }
            }

            for (token in listOf("x", ".", "$header.$payload", "$header.$payload.x.y", "$header.a.b.c.d.e")) {
                test("must have three parts, rejects \"${token.replace(header, "h").replace(payload, "p")}\"") {
                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "of 3 parts") { take(token) }
                }
            }

            for (part in listOf("", base64Url("x"), base64Url("{"), base64Url("""{"alg":"RS256"} x"""))) {
                test("must have a header of JSON, rejects \"$part\"") {
                    shouldFailWith<InvalidResponseException>(ErrorCode.PARSE_ERROR, "the header of the ID Token") {
                        take("$part.$payload.x")
                    }
                }

                test("must have a payload of JSON, rejects \"$part\"") {
                    shouldFailWith<InvalidResponseException>(ErrorCode.PARSE_ERROR, "the payload of the ID Token") {
                        take("$header.$part.x")
                    }
                }
            }

            for (part in listOf("[]", "\"x\"", "null", "1")) {
                test("must have a header that is an object, rejects $part") {
                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.INVALID_RESPONSE,
                        "the header of the ID Token must be",
                    ) {
                        take("${base64Url(part)}.$payload.x")
                    }
                }

                test("must have a payload that is an object, rejects $part") {
                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.INVALID_RESPONSE,
                        "the payload of the ID Token must be",
                    ) {
                        take("$header.${base64Url(part)}.x")
                    }
                }
            }
        }
    })
