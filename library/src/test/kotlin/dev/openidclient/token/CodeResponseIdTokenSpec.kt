package dev.openidclient.token

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationCodeChecks
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.client.ClientSettings
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.Parameters
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.CODE
import dev.openidclient.testing.NONCE
import dev.openidclient.testing.NOW
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.STATE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.answerKeys
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.decryptable
import dev.openidclient.testing.encrypted
import dev.openidclient.testing.frontChannelIdToken
import dev.openidclient.testing.hybridCallback
import dev.openidclient.testing.hybridParameters
import dev.openidclient.testing.hybridServer
import dev.openidclient.testing.hybridSignIn
import dev.openidclient.testing.hybridSignInWith
import dev.openidclient.testing.idToken
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.json
import dev.openidclient.testing.leftHalfOfSha256
import dev.openidclient.testing.pendingAuthorization
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.testing.unverifiable
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

class CodeResponseIdTokenSpec :
    FunSpec({
        context("the ID Token is rejected") {
            for (claim in listOf("aud", "exp", "iat", "iss", "sub", "nonce", "c_hash")) {
                test("without $claim") {
                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.INVALID_RESPONSE,
                        "must have the claim \"$claim\"",
                    ) {
                        hybridSignInWith(claim to null)
                    }
                }
            }

            val mismatches =
                mapOf(
                    "iss" to JsonPrimitive("https://other.example.com"),
                    "aud" to JsonPrimitive("other"),
                    "azp" to JsonPrimitive("other"),
                    "nonce" to JsonPrimitive("other"),
                    "c_hash" to leftHalfOfSha256("other"),
                    "s_hash" to leftHalfOfSha256("other"),
                )
            for ((claim, value) in mismatches) {
                test("with another $claim") {
                    shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"$claim\"") {
                        hybridSignInWith(claim to value)
                    }
                }
            }

            for (claim in listOf("c_hash", "s_hash")) {
                for (value in listOf(JsonPrimitive(""), JsonPrimitive(1))) {
                    test("with the $claim $value") {
                        shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"$claim\"") {
                            hybridSignInWith(claim to value)
                        }
                    }
                }
            }

            test("with the c_hash null, which is absent") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must have the claim \"c_hash\"") {
                    hybridSignInWith("c_hash" to JsonNull)
                }
            }

            test("for several audiences without azp") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"azp\"") {
                    hybridSignInWith("aud" to json("""["s6BhdRkqt3","other"]"""))
                }
            }

            test("more than an hour after it was issued") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"iat\"") {
                    hybridSignInWith("iat" to JsonPrimitive(NOW.epochSecond - 3601))
                }
            }

            test("once it is expired") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"exp\"") {
                    hybridSignInWith("exp" to JsonPrimitive(NOW.epochSecond - 30))
                }
            }

            test("with an s_hash where the response has no state") {
                val checks = AuthorizationCodeChecks { expectedNonce = NONCE }
                val idToken = frontChannelIdToken("s_hash" to leftHalfOfSha256(""))
                val client = hybridServer().client { useCodeIdTokenResponseType() }

                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "but the response no \"state\"") {
                    client.authorizationCodeGrant(hybridCallback(idToken, "state" to null), checks)
                }
            }

            test("with a signature of nobody") {
                val claims = idTokenClaims("nonce" to JsonPrimitive(NONCE), "c_hash" to leftHalfOfSha256(CODE))
                val forged = unverifiable(claims, header = mapOf("kid" to JsonPrimitive(TestKeys.rsa.keyID)))

                shouldFailWith<ValidationException>(
                    ErrorCode.INVALID_RESPONSE,
                    "does not verify",
                ) { hybridSignIn(hybridCallback(forged)) }
            }

            test("with the algorithm none, even where the client metadata names it") {
                val claims = idTokenClaims("nonce" to JsonPrimitive(NONCE), "c_hash" to leftHalfOfSha256(CODE))

                shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "none") {
                    hybridSignIn(
                        hybridCallback(unverifiable(claims, "none")),
                    ) { metadata { idTokenSignedResponseAlg("none") } }
                }
            }

            test("where it is encrypted and the client has no key") {
                shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "is encrypted") {
                    hybridSignIn(hybridCallback(encrypted(frontChannelIdToken())))
                }
            }
        }

        context("with a maximum age") {
            val ages =
                mapOf<String, suspend (AuthorizationCallback) -> TokenResponse>(
                    "of the request" to { callback ->
                        hybridSignIn(
                            callback,
                            pendingAuthorization(nonce = NONCE, maxAge = Duration.ofSeconds(60)),
                            hybridServer(authTime(60)),
                        )
                    },
                    "of the client metadata" to { callback ->
                        hybridSignIn(
                            callback,
                            server = hybridServer(authTime(60)),
                        ) { metadata { defaultMaxAge(Duration.ofSeconds(60)) } }
                    },
                )
            for ((whose, sign) in ages) {
                test("$whose a sign-in within it is taken") {
                    sign(hybridCallback(frontChannelIdToken(authTime(90)))).accessToken shouldBe ACCESS_TOKEN
                }

                test("$whose an older sign-in is rejected") {
                    shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"auth_time\"") {
                        sign(hybridCallback(frontChannelIdToken(authTime(91))))
                    }
                }

                test("$whose an ID Token without auth_time is rejected") {
                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.INVALID_RESPONSE,
                        "\"auth_time\"",
                    ) { sign(hybridCallback()) }
                }
            }
        }

        context("the ID Token of the token endpoint is rejected") {
            test("where it is of another person") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"sub\" differs") {
                    hybridSignIn(server = hybridServer("sub" to JsonPrimitive("other")))
                }
            }

            test("where it is missing") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "an \"id_token\" is expected") {
                    hybridSignIn(server = StubServer().answerKeys().answerTokens())
                }
            }

            test("where its nonce is another one") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"nonce\"") {
                    hybridSignIn(server = hybridServer("nonce" to JsonPrimitive("other")))
                }
            }
        }

        test("nothing is sent to the token endpoint for a response that is rejected") {
            val server = hybridServer()
            shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"c_hash\"") {
                hybridSignIn(
                    hybridCallback(frontChannelIdToken("c_hash" to leftHalfOfSha256("other"))),
                    server = server,
                )
            }

            server.countOf("/token") shouldBe 0
        }
    })

private fun authTime(secondsAgo: Long): Pair<String, JsonElement> =
    "auth_time" to JsonPrimitive(NOW.epochSecond - secondsAgo)
