package dev.openidclient.jose

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.testing.NOW
import dev.openidclient.testing.TestKeys.base64Url
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe

private val now = NOW.epochSecond

class JwtValidationSpec :
    FunSpec({
        context("exp with a tolerance of 30 seconds") {
            val late = listOf("${now - 30}", "${now - 31}", "${now - 30}.0", "${now - 31}.9", "0", "-1", "-1e300")
            for (exp in late) {
                test("rejects $exp where the time is $now") {
                    shouldThrow<ValidationException> { validate("""{"exp":$exp}""") }.code shouldBe
                        ErrorCode.JWT_TIMESTAMP_CHECK_FAILED
                }
            }

            for (exp in listOf("${now - 29}", "${now - 30}.001", "$now", "${now + 1}", "1e300")) {
                test("accepts $exp where the time is $now") {
                    shouldNotThrowAny { validate("""{"exp":$exp}""") }
                }
            }
        }

        context("exp without tolerance") {
            test("rejects this very second") {
                shouldThrow<ValidationException> { validate("""{"exp":$now}""", tolerance = 0) }
            }

            test("accepts the next second") {
                shouldNotThrowAny { validate("""{"exp":${now + 1}}""", tolerance = 0) }
            }
        }

        context("nbf with a tolerance of 30 seconds") {
            for (nbf in listOf("${now + 31}", "${now + 30}.001", "1e300")) {
                test("rejects $nbf where the time is $now") {
                    shouldThrow<ValidationException> { validate("""{"nbf":$nbf}""") }.code shouldBe
                        ErrorCode.JWT_TIMESTAMP_CHECK_FAILED
                }
            }

            for (nbf in listOf("${now + 30}", "${now + 30}.0", "$now", "0", "-1e300")) {
                test("accepts $nbf where the time is $now") {
                    shouldNotThrowAny { validate("""{"nbf":$nbf}""") }
                }
            }
        }

        context("nbf without tolerance") {
            test("rejects the next second") {
                shouldThrow<ValidationException> { validate("""{"nbf":${now + 1}}""", tolerance = 0) }
            }

            test("accepts this very second") {
                shouldNotThrowAny { validate("""{"nbf":$now}""", tolerance = 0) }
            }
        }

        test("iat in the future is accepted") {
            shouldNotThrowAny { validate("""{"iat":${now + 10_000}}""") }
        }

        test("a message says the claim, the time and the tolerance") {
            shouldThrow<ValidationException> { validate("""{"exp":1}""") }.message shouldBe
                "the ID Token is expired: \"exp\" is 1, the time here is $now with a tolerance of 30 seconds; " +
                "where a clock is wrong that cannot be set right, clockSkew moves the time here"
        }

        test("no claim is required here") {
            shouldNotThrowAny { validate("{}") }
        }

        test("a registered claim that is null is absent") {
            validate("""{"exp":null,"iat":null,"nbf":null,"iss":null,"aud":null}""").claims.keys.shouldBeEmpty()
        }

        context("a registered claim of the wrong type is rejected:") {
            val numbers =
                listOf("exp", "iat", "nbf").flatMap { name ->
                    listOf("\"1\"", "\"$now\"", "true", "[]", "{}", "1e999", "-1e999").map { name to it }
                }
            val others =
                listOf("1", "true", "[]", "{}", "[\"a\"]").map { "iss" to it } +
                    listOf("1", "true", "{}", "[1]", "[\"a\",null]", "[[\"a\"]]").map { "aud" to it }
            for ((name, value) in numbers + others) {
                test("$name $value") {
                    val thrown = shouldThrow<InvalidResponseException> { validate("""{"$name":$value}""") }
                    thrown.code shouldBe ErrorCode.INVALID_RESPONSE
                    thrown.message!!.substringBefore(" must be") shouldBe "claim \"$name\" of the ID Token"
                }
            }
        }

        context("a registered claim of the right type is accepted:") {
            for (claim in listOf(
                "\"iss\":\"\"",
                "\"aud\":\"a\"",
                "\"aud\":[]",
                "\"aud\":[\"a\",\"b\"]",
                "\"iat\":1.5",
            )) {
                test(claim) {
                    shouldNotThrowAny { validate("{$claim}") }
                }
            }
        }

        context("crit is refused, whatever it says:") {
            for (crit in listOf("[\"b64\"]", "[]", "null", "\"exp\"", "{}")) {
                test(crit) {
                    shouldThrow<UnsupportedFeatureException> { validate("{}", """{"alg":"RS256","crit":$crit}""") }
                        .code shouldBe ErrorCode.UNSUPPORTED_OPERATION
                }
            }
        }

        context("order:") {
            test("the algorithm is judged before crit") {
                shouldThrow<ValidationException> { validate("{}", """{"alg":"ES256","crit":[]}""") }
            }

            test("the algorithm is judged before the claims are parsed") {
                shouldThrow<ValidationException> { validate("no JSON", """{"alg":"ES256"}""") }
            }

            test("crit is judged before the claims are parsed") {
                shouldThrow<UnsupportedFeatureException> { validate("no JSON", """{"alg":"RS256","crit":[]}""") }
            }

            test("types are judged before times") {
                shouldThrow<InvalidResponseException> { validate("""{"exp":1,"nbf":"2"}""") }
            }
        }

        test("an unsigned token passes where its rule and its caller allow it") {
            val rule = AlgorithmRule("m", "none", "s", null, null)
            shouldNotThrowAny {
                JwtValidation(
                    now,
                    30,
                ).validate(jws("{}", """{"alg":"none"}"""), "ID Token", rule, unsignedAllowed = true)
            }
        }

        test("an unsigned token fails where its caller does not allow it") {
            val rule = AlgorithmRule("m", "none", "s", null, null)
            shouldThrow<OAuthException> {
                JwtValidation(
                    now,
                    30,
                ).validate(jws("{}", """{"alg":"none"}"""), "ID Token", rule, unsignedAllowed = false)
            }
        }

        test("a typ that nobody knows decides nothing, one of another kind is refused") {
            shouldNotThrowAny { validate("{}", """{"alg":"RS256","typ":"made-up"}""") }
            shouldThrow<ValidationException> { validate("{}", """{"alg":"RS256","typ":"at+jwt"}""") }
                .subject shouldBe ValidationSubject.TYP
        }
    })

private fun validate(
    claims: String,
    header: String = """{"alg":"RS256"}""",
    tolerance: Long = 30,
): Jwt {
    val rule = AlgorithmRule("m", null, "s", null, AlgorithmRule.DEFAULT)
    return JwtValidation(now, tolerance).validate(jws(claims, header), "ID Token", rule, unsignedAllowed = false)
}

private fun jws(
    claims: String,
    header: String,
) = "${base64Url(header)}.${base64Url(claims)}."
