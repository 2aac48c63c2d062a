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

private fun hybridServer(vararg claims: Pair<String, JsonElement?>): StubServer =
    StubServer().answerKeys().answerTokens("id_token" to idToken("nonce" to JsonPrimitive(NONCE), *claims))

private suspend fun signIn(
    callback: AuthorizationCallback = hybridCallback(),
    pending: PendingAuthorization = pendingAuthorization(nonce = NONCE),
    server: StubServer = hybridServer(),
    iss: Boolean = false,
    configure: ClientSettings.() -> Unit = {},
): TokenResponse =
    server
        .client(serverMetadata("authorization_response_iss_parameter_supported" to JsonPrimitive(iss))) {
            useCodeIdTokenResponseType()
            configure()
        }.authorizationCodeGrant(callback, pending)

private suspend fun signInWith(vararg claims: Pair<String, JsonElement?>): TokenResponse =
    signIn(hybridCallback(frontChannelIdToken(*claims)))

class CodeResponseSpec :
    FunSpec({
        context("a response of code and ID Token is taken") {
            test("from the fragment") { signIn().accessToken shouldBe ACCESS_TOKEN }

            test("from a posted form") {
                signIn(AuthorizationCallback.formPost(REDIRECT_URI, hybridParameters())).accessToken shouldBe
                    ACCESS_TOKEN
            }

            test("from mere parameters") {
                signIn(AuthorizationCallback.parameters(hybridParameters())).accessToken shouldBe ACCESS_TOKEN
            }

            test("whatever the query has") {
                val fragment = hybridParameters().encode()

                signIn(AuthorizationCallback.url("$REDIRECT_URI?code=x&error=x&state=x#$fragment")).accessToken shouldBe
                    ACCESS_TOKEN
            }

            test("without the parameter iss that the server says it sends") {
                signIn(iss = true).accessToken shouldBe
                    ACCESS_TOKEN
            }

            test("with an access token that was not asked for") {
                signIn(hybridCallback(changes = arrayOf("access_token" to "x"))).accessToken shouldBe ACCESS_TOKEN
            }

            test("with a right s_hash") {
                signInWith("s_hash" to leftHalfOfSha256(STATE)).accessToken shouldBe
                    ACCESS_TOKEN
            }

            test("with an encrypted ID Token") {
                signIn(hybridCallback(encrypted(frontChannelIdToken()))) { decryptable() }.accessToken shouldBe
                    ACCESS_TOKEN
            }

            test("an hour after it was issued") {
                signInWith("iat" to JsonPrimitive(NOW.epochSecond - 3600)).accessToken shouldBe ACCESS_TOKEN
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

                shouldThrow<IllegalArgumentException> { signIn(callback) }.message shouldContain
                    "response_mode=form_post"
            }

            for (empty in listOf(REDIRECT_URI, "$REDIRECT_URI#", "$REDIRECT_URI?code=$CODE#&")) {
                test("are rejected where there are none: ${empty.removePrefix(REDIRECT_URI)}") {
                    shouldThrow<IllegalArgumentException> { signIn(AuthorizationCallback.url(empty)) }
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
                ) { signIn(callback) }
            }

            for (idToken in listOf(null, "")) {
                test("are rejected with ${if (idToken == null) "no" else "an empty"} ID Token") {
                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must have an \"id_token\"") {
                        signIn(hybridCallback(idToken))
                    }
                }
            }

            test("are rejected with two ID Tokens") {
                val two = hybridParameters().plus("id_token", frontChannelIdToken())

                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"id_token\" must come once") {
                    signIn(AuthorizationCallback.parameters(two))
                }
            }

            for (code in listOf(null, "")) {
                test("are rejected with ${if (code == null) "no" else "an empty"} code") {
                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must have a \"code\"") {
                        signIn(hybridCallback(changes = arrayOf("code" to code)))
                    }
                }
            }

            test("are rejected with a token that was not asked for") {
                shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "\"token\"") {
                    signIn(hybridCallback(changes = arrayOf("token" to "x")))
                }
            }

            test("are rejected with the iss of another server") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "expected \"iss\"") {
                    signIn(hybridCallback(changes = arrayOf("iss" to "https://other.example.com")))
                }
            }

            for (state in listOf(null, "other")) {
                test("are rejected with the state $state") {
                    shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "\"state\"") {
                        signIn(hybridCallback(changes = arrayOf("state" to state)))
                    }
                }
            }

            test("are the error that they name") {
                val error = AuthorizationCallback.url("$REDIRECT_URI#error=access_denied&state=$STATE")

                shouldFailWith<AuthorizationResponseException>(
                    ErrorCode.AUTHORIZATION_RESPONSE_ERROR,
                    "access_denied",
                ) {
                    signIn(error)
                }
            }
        }

        context("the ID Token is rejected") {
            for (claim in listOf("aud", "exp", "iat", "iss", "sub", "nonce", "c_hash")) {
                test("without $claim") {
                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.INVALID_RESPONSE,
                        "must have the claim \"$claim\"",
                    ) {
                        signInWith(claim to null)
                    }
                }
            }

            val mismatches =
                mapOf(
                    "iss" to JsonPrimitive("https://other.example.com"),
                    "aud" to JsonPrimitive("other"),
                    "nonce" to JsonPrimitive("other"),
                    "c_hash" to leftHalfOfSha256("other"),
                    "s_hash" to leftHalfOfSha256("other"),
                )
            for ((claim, value) in mismatches) {
                test("with another $claim") {
                    shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"$claim\"") {
                        signInWith(claim to value)
                    }
                }
            }

            for (claim in listOf("c_hash", "s_hash")) {
                for (value in listOf(JsonPrimitive(""), JsonPrimitive(1), JsonNull)) {
                    test("with the $claim $value") {
                        shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"$claim\"") {
                            signInWith(claim to value)
                        }
                    }
                }
            }

            test("for several audiences without azp") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"azp\"") {
                    signInWith("aud" to json("""["s6BhdRkqt3","other"]"""))
                }
            }

            test("more than an hour after it was issued") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"iat\"") {
                    signInWith("iat" to JsonPrimitive(NOW.epochSecond - 3601))
                }
            }

            test("once it is expired") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"exp\"") {
                    signInWith("exp" to JsonPrimitive(NOW.epochSecond - 30))
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
                ) { signIn(hybridCallback(forged)) }
            }

            for (algorithm in listOf("none", "HS256")) {
                test("with the algorithm $algorithm, even where the client metadata names it") {
                    val claims = idTokenClaims("nonce" to JsonPrimitive(NONCE), "c_hash" to leftHalfOfSha256(CODE))

                    shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, algorithm) {
                        signIn(
                            hybridCallback(unverifiable(claims, algorithm)),
                        ) { metadata { idTokenSignedResponseAlg(algorithm) } }
                    }
                }
            }

            test("where it is encrypted and the client has no key") {
                shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "is encrypted") {
                    signIn(hybridCallback(encrypted(frontChannelIdToken())))
                }
            }
        }

        context("with a maximum age") {
            val ages =
                mapOf<String, suspend (AuthorizationCallback) -> TokenResponse>(
                    "of the request" to { callback ->
                        signIn(
                            callback,
                            pendingAuthorization(nonce = NONCE, maxAge = Duration.ofSeconds(60)),
                            hybridServer(authTime(60)),
                        )
                    },
                    "of the client metadata" to { callback ->
                        signIn(
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
                    signIn(server = hybridServer("sub" to JsonPrimitive("other")))
                }
            }

            test("where it is missing") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "an \"id_token\" is expected") {
                    signIn(server = StubServer().answerKeys().answerTokens())
                }
            }

            test("where its nonce is another one") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"nonce\"") {
                    signIn(server = hybridServer("nonce" to JsonPrimitive("other")))
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

        test("nothing is sent to the token endpoint for a response that is rejected") {
            val server = hybridServer()
            shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"c_hash\"") {
                signIn(hybridCallback(frontChannelIdToken("c_hash" to leftHalfOfSha256("other"))), server = server)
            }

            server.countOf("/token") shouldBe 0
        }
    })

private fun authTime(secondsAgo: Long): Pair<String, JsonElement> =
    "auth_time" to JsonPrimitive(NOW.epochSecond - secondsAgo)
