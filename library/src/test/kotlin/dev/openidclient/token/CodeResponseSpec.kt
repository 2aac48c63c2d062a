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

class CodeResponseSpec :
    FunSpec({
        context("a response of code and ID Token is taken") {
            test("from the fragment") { hybridSignIn().accessToken shouldBe ACCESS_TOKEN }

            test("from a posted form") {
                hybridSignIn(AuthorizationCallback.formPost(REDIRECT_URI, hybridParameters())).accessToken shouldBe
                    ACCESS_TOKEN
            }

            test("from mere parameters") {
                hybridSignIn(AuthorizationCallback.parameters(hybridParameters())).accessToken shouldBe ACCESS_TOKEN
            }

            test("whatever the query has") {
                val fragment = hybridParameters().encode()

                hybridSignIn(
                    AuthorizationCallback.url("$REDIRECT_URI?code=x&error=x&state=x#$fragment"),
                ).accessToken shouldBe
                    ACCESS_TOKEN
            }

            test("without the parameter iss that the server says it sends") {
                hybridSignIn(iss = true).accessToken shouldBe
                    ACCESS_TOKEN
            }

            test("with an access token that was not asked for") {
                hybridSignIn(hybridCallback(changes = arrayOf("access_token" to "x"))).accessToken shouldBe ACCESS_TOKEN
            }

            test("with a right s_hash") {
                hybridSignInWith("s_hash" to leftHalfOfSha256(STATE)).accessToken shouldBe
                    ACCESS_TOKEN
            }

            test("with an encrypted ID Token") {
                hybridSignIn(hybridCallback(encrypted(frontChannelIdToken()))) { decryptable() }.accessToken shouldBe
                    ACCESS_TOKEN
            }

            test("an hour after it was issued") {
                hybridSignInWith("iat" to JsonPrimitive(NOW.epochSecond - 3600)).accessToken shouldBe ACCESS_TOKEN
            }

            test("with checks of the caller's own") {
                val checks =
                    AuthorizationCodeChecks {
                        expectedNonce = NONCE
                        expectedState = STATE
                    }
                val client = hybridServer().client { useCodeIdTokenResponseType() }

                client.authorizationCodeGrant(hybridCallback(), checks).accessToken shouldBe ACCESS_TOKEN
            }
        }

        context("the parameters") {
            test("in the query alone are rejected") {
                val callback = AuthorizationCallback.url("$REDIRECT_URI?${hybridParameters().encode()}")

                shouldThrow<InvalidResponseException> { hybridSignIn(callback) }.message shouldContain
                    "responseMode(\"form_post\")"
            }

            for (empty in listOf(REDIRECT_URI, "$REDIRECT_URI#", "$REDIRECT_URI?code=$CODE#&")) {
                test("are rejected where there are none: ${empty.removePrefix(REDIRECT_URI)}") {
                    shouldThrow<InvalidResponseException> { hybridSignIn(AuthorizationCallback.url(empty)) }
                }
            }

            test("of a posted form stand in for the fragment") {
                val callback =
                    AuthorizationCallback.formPost(
                        "$REDIRECT_URI#${hybridParameters().encode()}",
                        Parameters.of("state" to STATE),
                    )

                shouldFailWith<InvalidResponseException>(
                    ErrorCode.INVALID_RESPONSE,
                    "must have a \"code\"",
                ) { hybridSignIn(callback) }
            }

            for (idToken in listOf(null, "")) {
                test("are rejected with ${if (idToken == null) "no" else "an empty"} ID Token") {
                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must have an \"id_token\"") {
                        hybridSignIn(hybridCallback(idToken))
                    }
                }
            }

            test("are rejected with two ID Tokens") {
                val two = hybridParameters().plus("id_token", frontChannelIdToken())

                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"id_token\" must come once") {
                    hybridSignIn(AuthorizationCallback.parameters(two))
                }
            }

            for (code in listOf(null, "")) {
                test("are rejected with ${if (code == null) "no" else "an empty"} code") {
                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must have a \"code\"") {
                        hybridSignIn(hybridCallback(changes = arrayOf("code" to code)))
                    }
                }
            }

            test("are rejected with a token that was not asked for") {
                shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "\"token\"") {
                    hybridSignIn(hybridCallback(changes = arrayOf("token" to "x")))
                }
            }

            test("are rejected with the iss of another server") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "expected \"iss\"") {
                    hybridSignIn(hybridCallback(changes = arrayOf("iss" to "https://other.example.com")))
                }
            }

            for (state in listOf(null, "other")) {
                test("are rejected with the state $state") {
                    shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "\"state\"") {
                        hybridSignIn(hybridCallback(changes = arrayOf("state" to state)))
                    }
                }
            }

            test("are the error that they name") {
                val error = AuthorizationCallback.url("$REDIRECT_URI#error=access_denied&state=$STATE")

                shouldFailWith<AuthorizationResponseException>(
                    ErrorCode.AUTHORIZATION_RESPONSE_ERROR,
                    "access_denied",
                ) {
                    hybridSignIn(error)
                }
            }
        }

        context("the caller") {
            val client = hybridServer().client { useCodeIdTokenResponseType() }

            test("may not skip the check of the state") {
                val checks = AuthorizationCodeChecks { expectedNonce = NONCE }.skipStateCheck()

                shouldThrow<IllegalArgumentException> { client.authorizationCodeGrant(hybridCallback(), checks) }
                    .message shouldContain "cannot be skipped"
            }

            test("must expect a nonce") {
                val checks = AuthorizationCodeChecks { expectedState = STATE }

                shouldThrow<IllegalArgumentException> { client.authorizationCodeGrant(hybridCallback(), checks) }
                    .message shouldContain "nonce"
            }

            test("cannot exchange what has no code by its kind") {
                val implicit = hybridServer().client { useIdTokenResponseType() }

                shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "implicitAuthentication") {
                    implicit.authorizationCodeGrant(hybridCallback(), pendingAuthorization(nonce = NONCE))
                }
            }

            test("who did not ask for the ID Token gets none through the query") {
                shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "\"id_token\"") {
                    hybridServer()
                        .client()
                        .authorizationCodeGrant(
                            AuthorizationCallback.parameters(hybridParameters()),
                            pendingAuthorization(nonce = NONCE),
                        )
                }
            }
        }
    })

private fun authTime(secondsAgo: Long): Pair<String, JsonElement> =
    "auth_time" to JsonPrimitive(NOW.epochSecond - secondsAgo)
