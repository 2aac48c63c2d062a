package dev.openidclient.token

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.metadata.ExpectedIssuer
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NOW
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.idTokenValidation
import dev.openidclient.testing.json
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.testing.unverifiable
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

private const val ONE = "9188040d-6c67-4c5b-b112-36a304b66dad"
private const val OTHER_TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"

private val EXACTLY = idTokenValidation()

private fun validate(
    vararg changes: Pair<String, JsonElement?>,
    rules: IdTokenValidation = EXACTLY,
) = rules.validate(unverifiable(idTokenClaims(*changes)), accessToken = null)

private fun at(offset: Number): JsonElement = JsonPrimitive(NOW.epochSecond + offset.toDouble())

private fun expectIllTyped(
    claim: String,
    value: String,
) {
    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "claim \"$claim\" of the ID Token must be") {
        validate(claim to json(value))
    }
}

private fun expectMismatch(
    part: String,
    vararg changes: Pair<String, JsonElement?>,
) {
    shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, part) { validate(*changes) }
}

class IdTokenValidationSpec :
    FunSpec({
        test("takes an ordinary ID Token") {
            validate().claims shouldBe idTokenClaims()
        }

        test("keeps claims that are not known") {
            validate("x" to json("""{"y":[1]}""")).claims["x"] shouldBe json("""{"y":[1]}""")
        }

        for (claim in listOf("aud", "exp", "iat", "iss", "sub")) {
            test("rejects an ID Token without $claim") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must have the claim \"$claim\"") {
                    validate(claim to null)
                }
            }

            test("rejects an ID Token whose $claim is null, which is absent") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must have the claim \"$claim\"") {
                    validate(claim to JsonNull)
                }
            }
        }

        context("null is absent:") {
            for (claim in listOf("nbf", "auth_time", "at_hash", "azp", "nonce", "acr")) {
                test(claim) {
                    val jwt = validate(claim to JsonNull)

                    jwt.claims.containsKey(claim) shouldBe false
                    IdTokenClaims(jwt.payload, "")[claim] shouldBe JsonNull
                }
            }
        }

        context("iss") {
            for (value in listOf("1", "[\"$ISSUER\"]", "{}", "true")) {
                test("is rejected as $value") { expectIllTyped("iss", value) }
            }

            for (other in listOf(
                "$ISSUER/",
                "https://AS.example.com",
                "$ISSUER:443",
                "http://as.example.com",
                "as.example.com",
                "",
            )) {
                test("must be exactly the server's, rejects \"$other\"") {
                    expectMismatch("expected \"iss\" \"$ISSUER\", got \"$other\"", "iss" to JsonPrimitive(other))
                }
            }
        }

        context("iss of an Entra ID tenant") {
            val template = "https://login.microsoftonline.com/{tenantid}/v2.0"
            val rules = idTokenValidation(issuer = ExpectedIssuer.OfTenant(template))

            test("is taken where it names the token's own tenant") {
                shouldNotThrowAny {
                    validate(
                        "iss" to JsonPrimitive(template.replace("{tenantid}", ONE)),
                        "tid" to JsonPrimitive(ONE),
                        rules = rules,
                    )
                }
            }

            val wrong =
                mapOf(
                    "another tenant" to
                        Pair(
                            "https://login.microsoftonline.com/$OTHER_TENANT/v2.0",
                            JsonPrimitive(ONE),
                        ),
                    "the placeholder" to Pair(template, JsonPrimitive(ONE)),
                    "a token without tid" to Pair("https://login.microsoftonline.com/$ONE/v2.0", null),
                    "a token without tid, spelt out" to Pair("https://login.microsoftonline.com/undefined/v2.0", null),
                    "a tid that is no text" to Pair("https://login.microsoftonline.com/1/v2.0", JsonPrimitive(1)),
                    "an empty tid" to Pair("https://login.microsoftonline.com//v2.0", JsonPrimitive("")),
                    "a tid that is a path" to
                        Pair(
                            "https://login.microsoftonline.com/../x/v2.0",
                            JsonPrimitive("../x"),
                        ),
                    "another host" to Pair("https://evil.example.com/$ONE/v2.0", JsonPrimitive(ONE)),
                )
            for ((name, claims) in wrong) {
                test("is rejected for $name") {
                    shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "expected \"iss\"") {
                        validate("iss" to JsonPrimitive(claims.first), "tid" to claims.second, rules = rules)
                    }
                }
            }
        }

        context("aud") {
            test("may be an array of this client alone") {
                shouldNotThrowAny { validate("aud" to json("""["$CLIENT_ID"]""")) }
            }

            for (value in listOf("1", "{}", "true", "[1]", "[\"$CLIENT_ID\",null]")) {
                test("is rejected as $value") { expectIllTyped("aud", value) }
            }

            for (value in listOf(
                "\"other\"",
                "\"\"",
                "[]",
                "[\"other\"]",
                "\"$CLIENT_ID \"",
                "\"${CLIENT_ID.uppercase()}\"",
            )) {
                test("must be or contain this client, rejects $value") {
                    expectMismatch("expected \"aud\" \"$CLIENT_ID\"", "aud" to json(value))
                }
            }
        }

        context("azp") {
            val two = "aud" to json("""["$CLIENT_ID","api"]""")

            test("is this client where there are several audiences") {
                shouldNotThrowAny { validate(two, "azp" to JsonPrimitive(CLIENT_ID)) }
            }

            test("must be there where there are several audiences") {
                expectMismatch("the claim \"azp\" must be there", two)
            }

            test("must be there where one audience comes twice") {
                expectMismatch("\"azp\" must be there", "aud" to json("""["$CLIENT_ID","$CLIENT_ID"]"""))
            }

            for (value in listOf("\"api\"", "\"\"", "1", "[\"$CLIENT_ID\"]")) {
                test("must be this client where there are several audiences, rejects $value") {
                    expectMismatch("expected \"azp\" \"$CLIENT_ID\"", two, "azp" to json(value))
                }
            }

            for (aud in listOf("\"$CLIENT_ID\"", "[\"$CLIENT_ID\"]")) {
                test("may be anyone for the one audience $aud") {
                    shouldNotThrowAny { validate("aud" to json(aud), "azp" to JsonPrimitive("other")) }
                }
            }
        }

        context("sub") {
            for (value in listOf("1", "[]", "{}", "true", "\"\"")) {
                test("is rejected as $value") { expectIllTyped("sub", value) }
            }
        }

        context("exp") {
            for (value in listOf("\"1767225900\"", "true", "{}", "1e400")) {
                test("is rejected as $value") { expectIllTyped("exp", value) }
            }

            for (offset in listOf(-30, -31, -30.5, -1e9)) {
                test("is rejected $offset seconds from now, with 30 tolerated") {
                    shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "expired: \"exp\"") {
                        validate("exp" to at(offset))
                    }
                }
            }

            for (offset in listOf(-29, -29.5, 0, 5e9)) {
                test("is taken $offset seconds from now, with 30 tolerated") {
                    shouldNotThrowAny { validate("exp" to at(offset)) }
                }
            }

            test("is rejected this second where nothing is tolerated") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"exp\"") {
                    validate("exp" to at(0), rules = idTokenValidation(tolerance = 0))
                }
            }
        }

        context("nbf") {
            for (value in listOf("\"0\"", "[]")) {
                test("is rejected as $value") { expectIllTyped("nbf", value) }
            }

            for (offset in listOf(31, 30.5, 1e9)) {
                test("is rejected $offset seconds from now, with 30 tolerated") {
                    shouldFailWith<ValidationException>(
                        ErrorCode.JWT_TIMESTAMP_CHECK_FAILED,
                        "not valid yet: \"nbf\"",
                    ) {
                        validate("nbf" to at(offset))
                    }
                }
            }

            for (offset in listOf(30, 0, -1e9)) {
                test("is taken $offset seconds from now, with 30 tolerated") {
                    shouldNotThrowAny { validate("nbf" to at(offset)) }
                }
            }
        }

        context("iat") {
            for (value in listOf("\"1767225600\"", "true", "[]")) {
                test("is rejected as $value") { expectIllTyped("iat", value) }
            }

            for (offset in listOf(-1e9, 1e9)) {
                test("may be $offset seconds from now") {
                    shouldNotThrowAny { validate("iat" to at(offset)) }
                }
            }
        }

        context("auth_time") {
            for (value in listOf("\"0\"", "true", "-1", "-0.5", "[]")) {
                test("is no matter as $value where nobody asked for it") {
                    shouldNotThrowAny { validate("auth_time" to json(value)) }
                }

                val asking =
                    mapOf(
                        "default_max_age" to idTokenValidation("default_max_age" to JsonPrimitive(0)),
                        "require_auth_time" to idTokenValidation("require_auth_time" to JsonPrimitive(true)),
                    )
                for ((what, rules) in asking) {
                    test("is rejected as $value with $what") {
                        shouldFailWith<InvalidResponseException>(
                            ErrorCode.INVALID_RESPONSE,
                            "claim \"auth_time\" of the ID Token must be",
                        ) {
                            validate("auth_time" to json(value), rules = rules)
                        }
                    }
                }

                test("is rejected as $value after max_age") {
                    val jwt = validate("auth_time" to json(value))

                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.INVALID_RESPONSE,
                        "claim \"auth_time\" of the ID Token must be",
                    ) {
                        EXACTLY.checkAuthenticationAge(jwt, Duration.ofDays(1))
                    }
                }
            }

            for (value in listOf("0", "0.5", "9999999999")) {
                test("is taken as $value") {
                    shouldNotThrowAny { validate("auth_time" to json(value)) }
                }
            }

            val requiring = mapOf("require_auth_time" to JsonPrimitive(true), "default_max_age" to JsonPrimitive(0))
            for ((name, value) in requiring) {
                test("must be there with $name") {
                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.INVALID_RESPONSE,
                        "must have the claim \"auth_time\"",
                    ) {
                        validate(rules = idTokenValidation(name to value))
                    }
                }

                test("of any age satisfies $name") {
                    shouldNotThrowAny {
                        validate(
                            "auth_time" to JsonPrimitive(0),
                            rules =
                                idTokenValidation(name to value),
                        )
                    }
                }
            }

            test("may be absent with require_auth_time: false") {
                shouldNotThrowAny { validate(rules = idTokenValidation("require_auth_time" to JsonPrimitive(false))) }
            }
        }
    })
