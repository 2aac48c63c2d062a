package dev.openidclient.token

import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.client.ClientSettings
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.CODE
import dev.openidclient.testing.NONCE
import dev.openidclient.testing.NOW
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.STATE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.pendingAuthorization
import dev.openidclient.testing.shouldFailWith
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

private suspend fun grant(
    pending: PendingAuthorization,
    idToken: JsonPrimitive?,
    configure: ClientSettings.() -> Unit = {},
): TokenResponse =
    StubServer()
        .answerTokens("id_token" to idToken)
        .client(configure = configure)
        .authorizationCodeGrant("$REDIRECT_URI?code=$CODE&state=$STATE", pending)

private fun secondsAgo(seconds: Long): JsonElement = JsonPrimitive(NOW.epochSecond - seconds)

class AuthorizationCodeGrantIdTokenSpec :
    FunSpec({
        context("presence") {
            test("an ID Token is not required where neither nonce nor maximum age is pending") {
                grant(pendingAuthorization(), idToken = null).claims.shouldBeNull()
            }

            test("a default maximum age alone requires no ID Token") {
                grant(pendingAuthorization(), idToken = null) { metadata { defaultMaxAge(Duration.ofSeconds(60)) } }
                    .claims
                    .shouldBeNull()
            }

            val requiring =
                mapOf(
                    "nonce" to pendingAuthorization(nonce = NONCE),
                    "maximum age" to pendingAuthorization(maxAge = Duration.ZERO),
                )
            for ((name, pending) in requiring) {
                test("without an ID Token the answer is rejected where a $name is pending") {
                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.INVALID_RESPONSE,
                        "an \"id_token\" is expected",
                    ) {
                        grant(pending, idToken = null)
                    }
                }
            }
        }

        context("nonce") {
            test("is taken where it is the pending one") {
                grant(
                    pendingAuthorization(nonce = NONCE),
                    idToken("nonce" to JsonPrimitive(NONCE)),
                ).claims?.nonce shouldBe
                    NONCE
            }

            test("is rejected where it is missing, or null") {
                for (missing in listOf(null, JsonNull)) {
                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.INVALID_RESPONSE,
                        "must have the claim \"nonce\"",
                    ) {
                        grant(pendingAuthorization(nonce = NONCE), idToken("nonce" to missing))
                    }
                }
            }

            for (wrong in listOf(JsonPrimitive("other"), JsonPrimitive(""), JsonPrimitive(1))) {
                test("is rejected where it is $wrong") {
                    shouldFailWith<ValidationException>(
                        ErrorCode.JWT_CLAIM_COMPARISON_FAILED,
                        "\"nonce\" is not the one",
                    ) {
                        grant(pendingAuthorization(nonce = NONCE), idToken("nonce" to wrong))
                    }
                }
            }

            for (unexpected in listOf(JsonPrimitive(NONCE), JsonPrimitive(""))) {
                test("is rejected where none is pending, but it is $unexpected") {
                    shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "none is expected") {
                        grant(pendingAuthorization(), idToken("nonce" to unexpected))
                    }
                }
            }
        }

        context("the age of the sign-in") {
            val minute = pendingAuthorization(maxAge = Duration.ofSeconds(60))

            for (age in listOf(0L, 60L, 90L, -1000L)) {
                test("of $age seconds is taken with 60 allowed and 30 tolerated") {
                    grant(minute, idToken("auth_time" to secondsAgo(age))).claims.shouldNotBeNull()
                }
            }

            test("is rejected one second beyond maximum and tolerance") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"auth_time\"") {
                    grant(minute, idToken("auth_time" to secondsAgo(91)))
                }
            }

            test("is rejected a fraction beyond maximum and tolerance") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"auth_time\"") {
                    grant(minute, idToken("auth_time" to JsonPrimitive(NOW.epochSecond - 90.5)))
                }
            }

            test("is measured with the clock skew") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"auth_time\"") {
                    grant(minute, idToken("auth_time" to secondsAgo(90))) { clockSkew = Duration.ofSeconds(1) }
                }
            }

            test("has the tolerance of the settings") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"auth_time\"") {
                    grant(minute, idToken("auth_time" to secondsAgo(61))) { clockTolerance = Duration.ZERO }
                }
            }

            test("of zero may be asked for") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"auth_time\"") {
                    grant(pendingAuthorization(maxAge = Duration.ZERO), idToken("auth_time" to secondsAgo(31)))
                }
            }

            test("is rejected where it is not known") {
                shouldFailWith<InvalidResponseException>(
                    ErrorCode.INVALID_RESPONSE,
                    "must have the claim \"auth_time\"",
                ) {
                    grant(minute, idToken())
                }
            }

            test("is limited by the client's default where none is pending") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"auth_time\"") {
                    grant(pendingAuthorization(), idToken("auth_time" to secondsAgo(91))) {
                        metadata { defaultMaxAge(Duration.ofSeconds(60)) }
                    }
                }
            }

            test("is limited by what is pending, not by the client's default") {
                grant(minute, idToken("auth_time" to secondsAgo(60))) { metadata { defaultMaxAge(Duration.ZERO) } }
                    .claims
                    .shouldNotBeNull()
            }

            test("is not limited where nothing says so") {
                grant(pendingAuthorization(), idToken("auth_time" to JsonPrimitive(0))).claims.shouldNotBeNull()
            }
        }

        context("of several faults the first in this order is reported") {
            val pending = pendingAuthorization(nonce = NONCE, maxAge = Duration.ofSeconds(60))
            val old = "auth_time" to secondsAgo(1000)
            val wrongNonce = "nonce" to JsonPrimitive("other")

            test("the ID Token itself") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"iss\"") {
                    grant(pending, idToken("iss" to JsonPrimitive("https://evil.example.com"), old, wrongNonce))
                }
            }

            test("the age of the sign-in") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"auth_time\"") {
                    grant(pending, idToken(old, wrongNonce))
                }
            }

            test("the nonce") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"nonce\"") {
                    grant(pending, idToken("auth_time" to secondsAgo(0), wrongNonce))
                }
            }
        }
    })
