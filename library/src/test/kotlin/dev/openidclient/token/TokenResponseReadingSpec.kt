package dev.openidclient.token

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.NOW
import dev.openidclient.testing.idToken
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.idTokenValidation
import dev.openidclient.testing.json
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.testing.tokenResponseJson
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

private val VALIDATION = idTokenValidation()

private fun read(
    vararg changes: Pair<String, JsonElement?>,
    extraTokenTypes: Set<String> = emptySet(),
): TokenResponse = readTokenResponse(tokenResponseJson(*changes), NOW, VALIDATION, extraTokenTypes).response

private fun expectViolation(
    member: String,
    value: JsonElement?,
    found: String,
) {
    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "token response: \"$member\" must be") {
        read(member to value)
    }.message shouldContain "but is $found"
}

private fun expectNothing(tokens: TokenResponse) {
    tokens.accessToken shouldBe ACCESS_TOKEN
    listOf(tokens.refreshToken, tokens.idToken, tokens.claims, tokens.scope, tokens.authorizationDetails)
        .filterNotNull()
        .shouldBeEmpty()
}

class TokenResponseReadingSpec :
    FunSpec({
        val illTyped =
            mapOf(
                "1" to "a number",
                "true" to "a boolean",
                "[]" to "an array",
                "{}" to "an object",
            )

        for (member in listOf("access_token", "token_type")) {
            test("rejects an answer without $member") { expectViolation(member, null, "absent") }
        }

        for (member in listOf("access_token", "token_type")) {
            for ((value, found) in illTyped + ("\"\"" to "an empty string") + ("null" to "null")) {
                test("rejects $value for $member") { expectViolation(member, json(value), found) }
            }
        }

        for (member in listOf("access_token", "refresh_token")) {
            for (char in listOf("\r", "\n", "\u0000", "\u007F", "\u0080", "ä", "\u0100", "\u20AC", "\uD800", "\t")) {
                test("rejects $member with the character ${char.first().code}, which no header can hold") {
                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.INVALID_RESPONSE,
                        "token response: \"$member\" must have visible ASCII characters only",
                    ) { read(member to JsonPrimitive("s3cret$char")) }.message shouldNotContain "s3cret"
                }
            }

            test("takes every visible ASCII character in $member") {
                val visible = (' '..'~').joinToString("")
                read(member to JsonPrimitive(visible))[member] shouldBe JsonPrimitive(visible)
            }
        }

        for (member in listOf("refresh_token", "id_token")) {
            for ((value, found) in illTyped) {
                test("rejects $value for $member") { expectViolation(member, json(value), found) }
            }
        }

        context("null is absent, and so is an empty token:") {
            for (member in listOf("expires_in", "refresh_token", "id_token", "scope", "authorization_details")) {
                test("null for $member") { expectNothing(read(member to JsonNull)) }
            }

            for (member in listOf("expires_in", "refresh_token", "id_token")) {
                test("an empty $member") { expectNothing(read(member to JsonPrimitive(""))) }
            }
        }

        for (member in listOf("refresh_token", "id_token", "scope", "expires_in")) {
            test("takes an answer without $member") {
                read(member to null)[member].shouldBeNull()
            }
        }

        context("scope") {
            for ((value, found) in illTyped - "[]") {
                test("is rejected as $value") { expectViolation("scope", json(value), found) }
            }

            for (scope in listOf("", "openid email")) {
                test("may be \"$scope\"") { read("scope" to JsonPrimitive(scope)).scope shouldBe scope }
            }

            test("is read from an array as the space-separated list") {
                val tokens = read("scope" to json("""["openid","email"]"""))

                tokens.scope shouldBe "openid email"
                tokens.scopes shouldBe setOf("openid", "email")
            }
        }

        context("expires_in") {
            val coercions =
                mapOf(
                    "3600" to 3600.0,
                    "0" to 0.0,
                    "-0" to 0.0,
                    "0.5" to 0.5,
                    "1e3" to 1000.0,
                    "\"3600\"" to 3600.0,
                    "\" 3600 \"" to 3600.0,
                    "\"3600abc\"" to 3600.0,
                    "\"3600.5.5\"" to 3600.5,
                    "\"+5\"" to 5.0,
                    "\".5\"" to 0.5,
                    "\"5.\"" to 5.0,
                    "\"1e3\"" to 1000.0,
                    "\"1e\"" to 1.0,
                    "\"0x10\"" to 0.0,
                    "[3600]" to 3600.0,
                    "[\"3600\",1]" to 3600.0,
                    "[[60]]" to 60.0,
                )
            for ((value, seconds) in coercions) {
                test("$value is $seconds seconds") {
                    read("expires_in" to json(value)).expiresIn shouldBe Duration.ofMillis((seconds * 1000).toLong())
                }
            }

            test("absent is unknown") {
                read("expires_in" to null).expiresIn.shouldBeNull()
            }

            val saysNothing =
                listOf(
                    "\"\"",
                    "null",
                    "true",
                    "false",
                    "{}",
                    "[]",
                    "[null]",
                    "[true]",
                    "[{}]",
                    "-1",
                    "-0.1",
                    "\"-1\"",
                    "\"abc\"",
                    "\"e3\"",
                    "\".\"",
                    "\"Infinity\"",
                    "\"NaN\"",
                    "1e400",
                    "\"1e400\"",
                    "\"١٢\"",
                )
            for (value in saysNothing) {
                test("is unknown as $value") { read("expires_in" to json(value)).expiresIn.shouldBeNull() }
            }
        }

        context("token_type") {
            for (type in listOf("bearer", "Bearer", "BEARER", "DPoP", "dpop")) {
                test("$type is known, in lower case") {
                    read("token_type" to JsonPrimitive(type)).tokenType shouldBe type.lowercase()
                }
            }

            for (type in listOf("mac", "n_a", "pop", "Bearer ", "bearer dpop", "bea\u0000rer")) {
                test("\"$type\" is rejected") {
                    shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "is not supported") {
                        read("token_type" to JsonPrimitive(type))
                    }
                }
            }

            test("is taken where the grant knows it beyond the usual ones") {
                read("token_type" to JsonPrimitive("N_A"), extraTokenTypes = setOf("n_a")).tokenType shouldBe "n_a"
                read(extraTokenTypes = setOf("n_a")).tokenType shouldBe "bearer"
            }

            test("is shown without control characters") {
                shouldThrow<UnsupportedFeatureException> { read("token_type" to JsonPrimitive("a\nb")) }
                    .message
                    .orEmpty() shouldNotContain "\n"
            }
        }

        context("id_token") {
            test("becomes claims") {
                read("id_token" to idToken()).claims?.json shouldBe idTokenClaims()
            }

            test("is rejected where it does not hold") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"iss\"") {
                    read("id_token" to idToken("iss" to JsonPrimitive("x")))
                }
            }

            test("is compared with the access token beside it") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"at_hash\"") {
                    read("id_token" to idToken("at_hash" to JsonPrimitive("x")))
                }
            }
        }

        test("members that are not known survive untouched") {
            val details = json("""[{"type":"payment","amount":1.50}]""")

            read("authorization_details" to details)["authorization_details"] shouldBe details
        }

        test("the answer itself is not changed by what is read from it") {
            val answer = tokenResponseJson("expires_in" to JsonPrimitive("60"))

            readTokenResponse(answer, NOW, VALIDATION).response.json shouldBe answer
        }

        context("of several faults the first in this order is reported") {
            val faults =
                listOf(
                    ("access_token" to null) to "\"access_token\"",
                    ("token_type" to JsonPrimitive("")) to "\"token_type\"",
                    ("refresh_token" to JsonPrimitive(1)) to "\"refresh_token\"",
                    ("scope" to JsonPrimitive(1)) to "\"scope\"",
                    ("id_token" to JsonPrimitive("x")) to "ID Token",
                    ("token_type" to JsonPrimitive("mac")) to "\"mac\"",
                )
            for ((index, fault) in faults.withIndex()) {
                test("${index + 1}: ${fault.second}") {
                    val changes = faults.drop(index).map { it.first }.asReversed()

                    shouldThrow<OAuthException> { read(*changes.toTypedArray()) }.message.orEmpty() shouldContain
                        fault.second
                }
            }
        }

        test("no violation shows a value") {
            for (member in listOf("access_token", "refresh_token", "id_token", "scope")) {
                val secret = JsonObject(mapOf(ACCESS_TOKEN to JsonPrimitive(ACCESS_TOKEN)))
                shouldThrow<InvalidResponseException> { read(member to secret) }.message.orEmpty() shouldNotContain
                    ACCESS_TOKEN
            }
        }
    })
