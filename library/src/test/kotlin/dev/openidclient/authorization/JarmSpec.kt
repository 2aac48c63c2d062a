package dev.openidclient.authorization

import dev.openidclient.client.ClientSettings
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.DecryptionException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.Parameters
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.CODE
import dev.openidclient.testing.NOW
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.STATE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.answerKeys
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.decryptable
import dev.openidclient.testing.encrypted
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.json
import dev.openidclient.testing.jwtSignIn
import dev.openidclient.testing.pendingAuthorization
import dev.openidclient.testing.responseClaims
import dev.openidclient.testing.responseInQuery
import dev.openidclient.testing.responseJwt
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.testing.unverifiable
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

private suspend fun signIn(vararg changes: Pair<String, JsonElement?>): TokenResponse =
    jwtSignIn(responseInQuery(responseJwt(*changes)))

class JarmSpec :
    FunSpec({
        context("a signed response is taken") {
            val ways =
                mapOf(
                    "from the query" to responseInQuery(responseJwt()),
                    "from the fragment" to AuthorizationCallback.url("$REDIRECT_URI#response=${responseJwt()}"),
                    "from a posted form" to AuthorizationCallback.formPost(REDIRECT_URI, "response=${responseJwt()}"),
                    "from mere parameters" to
                        AuthorizationCallback.parameters(Parameters.of("response" to responseJwt())),
                )
            for ((way, callback) in ways) {
                test(way) { jwtSignIn(callback).accessToken shouldBe ACCESS_TOKEN }
            }

            test("for several audiences, without azp") {
                signIn("aud" to json("""["a","$CLIENT_ID"]""")).accessToken shouldBe ACCESS_TOKEN
            }

            test("with the code of the claims, not the one beside it") {
                val server = StubServer().answerTokens().answerKeys()
                val callback =
                    AuthorizationCallback.url(
                        "$REDIRECT_URI?response=${responseJwt()}&code=other&state=other&error=x",
                    )
                jwtSignIn(callback, server = server)

                server.lastTo("/token").form.all("code") shouldBe listOf(CODE)
            }

            test("where iss is required, from the claim") {
                val required = serverMetadata("authorization_response_iss_parameter_supported" to JsonPrimitive(true))

                jwtSignIn(responseInQuery(responseJwt()), required).accessToken shouldBe ACCESS_TOKEN
            }

            test("with the algorithm of the client metadata") {
                val callback = responseInQuery(TestKeys.signRsa(responseClaims(), "PS256"))

                jwtSignIn(callback) { metadata { authorizationSignedResponseAlg("PS256") } }.accessToken shouldBe
                    ACCESS_TOKEN
            }

            test("with an algorithm of the server's list") {
                val list = serverMetadata("authorization_signing_alg_values_supported" to json("""["ES256","PS256"]"""))

                jwtSignIn(responseInQuery(TestKeys.signRsa(responseClaims(), "PS256")), list).accessToken shouldBe
                    ACCESS_TOKEN
            }

            test("encrypted") {
                jwtSignIn(responseInQuery(encrypted(responseJwt()))) { decryptable() }.accessToken shouldBe ACCESS_TOKEN
            }
        }

        context("a response is rejected") {
            val absent =
                mapOf(
                    "without one" to AuthorizationCallback.url("$REDIRECT_URI?code=$CODE&state=$STATE"),
                    "that is empty" to responseInQuery(""),
                    "that is in the query of nothing" to AuthorizationCallback.parameters(Parameters.EMPTY),
                )
            for ((how, callback) in absent) {
                test(how) {
                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must have a \"response\"") {
                        jwtSignIn(callback)
                    }
                }
            }

            val duplicates =
                mapOf(
                    "query" to AuthorizationCallback.url("$REDIRECT_URI?response=${responseJwt()}&response=x"),
                    "fragment" to AuthorizationCallback.url("$REDIRECT_URI#response=${responseJwt()}&response=x"),
                    "form" to AuthorizationCallback.formPost(REDIRECT_URI, "response=${responseJwt()}&response=x"),
                )
            for ((where, callback) in duplicates) {
                test("that comes twice in the $where") {
                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.INVALID_RESPONSE,
                        "\"response\" must come once",
                    ) {
                        jwtSignIn(callback)
                    }
                }
            }

            test("that is no JWT") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must be a JWT of 3 parts") {
                    jwtSignIn(responseInQuery("x"))
                }
            }

            for (claim in listOf("aud", "exp", "iss")) {
                test("without the claim $claim") {
                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.INVALID_RESPONSE,
                        "must have the claim \"$claim\"",
                    ) {
                        signIn(claim to null)
                    }
                }
            }

            test("of another issuer") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "expected \"iss\"") {
                    signIn("iss" to JsonPrimitive("https://as.example.com/"))
                }
            }

            for (audience in listOf("\"other\"", "[]", "[\"other\"]")) {
                test("for the audience $audience") {
                    shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "expected \"aud\"") {
                        signIn("aud" to json(audience))
                    }
                }
            }

            test("that is expired") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"exp\"") {
                    signIn("exp" to JsonPrimitive(NOW.epochSecond - 30))
                }
            }

            test("that is not valid yet") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"nbf\"") {
                    signIn("nbf" to JsonPrimitive(NOW.epochSecond + 31))
                }
            }

            test("whose state is another one") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "is not the one of the request") {
                    signIn("state" to JsonPrimitive("other"))
                }
            }

            test("without a code") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must have a \"code\"") {
                    signIn("code" to null)
                }
            }

            test("that is an error, as that error") {
                val error = arrayOf("code" to null, "error" to JsonPrimitive("access_denied"))

                shouldFailWith<AuthorizationResponseException>(
                    ErrorCode.AUTHORIZATION_RESPONSE_ERROR,
                    "access_denied",
                ) {
                    signIn(*error)
                }.error shouldBe "access_denied"
            }

            test("that has another response in it") {
                shouldFailWith<InvalidResponseException>(
                    ErrorCode.INVALID_RESPONSE,
                    "useJwtResponseMode() in the settings",
                ) {
                    signIn("response" to JsonPrimitive(responseJwt()))
                }
            }

            for (name in listOf("id_token", "token")) {
                test("that has the claim $name") {
                    shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "\"$name\"") {
                        signIn(name to JsonPrimitive("x"))
                    }
                }
            }
        }

        context("claims that are no strings do not count:") {
            test("a numeric code") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must have a \"code\"") {
                    signIn("code" to JsonPrimitive(1))
                }
            }

            test("a numeric state") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "must have the \"state\"") {
                    signIn("state" to JsonPrimitive(1))
                }
            }

            test("an error that is an object") {
                signIn("error" to json("{}")).accessToken shouldBe ACCESS_TOKEN
            }
        }

        test("a JWT is rejected where the client uses another response mode") {
            val client = StubServer().answerTokens().answerKeys().client()

            shouldFailWith<InvalidResponseException>(
                ErrorCode.INVALID_RESPONSE,
                "useJwtResponseMode() in the settings",
            ) {
                client.authorizationCodeGrant(responseInQuery(responseJwt()), pendingAuthorization())
            }
        }
    })
