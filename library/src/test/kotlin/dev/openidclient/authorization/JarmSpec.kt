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
import dev.openidclient.testing.pendingAuthorization
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

/** The claims of an ordinary response: those that it must have, the code and the state. */
private fun responseClaims(vararg changes: Pair<String, JsonElement?>): JsonObject =
    idTokenClaims(
        "sub" to null,
        "iat" to null,
        "code" to JsonPrimitive(CODE),
        "state" to JsonPrimitive(STATE),
        *changes,
    )

private fun response(vararg changes: Pair<String, JsonElement?>): String = TestKeys.signRsa(responseClaims(*changes))

private fun inQuery(response: String) = AuthorizationCallback.url("$REDIRECT_URI?response=$response")

private suspend fun signIn(
    callback: AuthorizationCallback,
    metadata: AuthorizationServerMetadata = serverMetadata(),
    server: StubServer = StubServer().answerTokens().answerKeys(),
    configure: ClientSettings.() -> Unit = {},
): TokenResponse =
    server
        .client(metadata) {
            useJwtResponseMode()
            configure()
        }.authorizationCodeGrant(callback, pendingAuthorization())

private suspend fun signIn(vararg changes: Pair<String, JsonElement?>): TokenResponse =
    signIn(inQuery(response(*changes)))

class JarmSpec :
    FunSpec({
        context("a signed response is taken") {
            val ways =
                mapOf(
                    "from the query" to inQuery(response()),
                    "from the fragment" to AuthorizationCallback.url("$REDIRECT_URI#response=${response()}"),
                    "from a posted form" to AuthorizationCallback.formPost(REDIRECT_URI, "response=${response()}"),
                    "from mere parameters" to AuthorizationCallback.parameters(Parameters.of("response" to response())),
                )
            for ((way, callback) in ways) {
                test(way) { signIn(callback).accessToken shouldBe ACCESS_TOKEN }
            }

            test("for several audiences, without azp") {
                signIn("aud" to json("""["a","$CLIENT_ID"]""")).accessToken shouldBe ACCESS_TOKEN
            }

            test("with the code of the claims, not the one beside it") {
                val server = StubServer().answerTokens().answerKeys()
                val callback =
                    AuthorizationCallback.url(
                        "$REDIRECT_URI?response=${response()}&code=other&state=other&error=x",
                    )
                signIn(callback, server = server)

                server.lastTo("/token").form.all("code") shouldBe listOf(CODE)
            }

            test("where iss is required, from the claim") {
                val required = serverMetadata("authorization_response_iss_parameter_supported" to JsonPrimitive(true))

                signIn(inQuery(response()), required).accessToken shouldBe ACCESS_TOKEN
            }

            test("with the algorithm of the client metadata") {
                val callback = inQuery(TestKeys.signRsa(responseClaims(), "PS256"))

                signIn(callback) { metadata { authorizationSignedResponseAlg("PS256") } }.accessToken shouldBe
                    ACCESS_TOKEN
            }

            test("with an algorithm of the server's list") {
                val list = serverMetadata("authorization_signing_alg_values_supported" to json("""["ES256","PS256"]"""))

                signIn(inQuery(TestKeys.signRsa(responseClaims(), "PS256")), list).accessToken shouldBe ACCESS_TOKEN
            }

            test("encrypted") {
                signIn(inQuery(encrypted(response()))) { decryptable() }.accessToken shouldBe ACCESS_TOKEN
            }
        }

        context("a response is rejected") {
            val absent =
                mapOf(
                    "without one" to AuthorizationCallback.url("$REDIRECT_URI?code=$CODE&state=$STATE"),
                    "that is empty" to inQuery(""),
                    "that is in the query of nothing" to AuthorizationCallback.parameters(Parameters.EMPTY),
                )
            for ((how, callback) in absent) {
                test(how) {
                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must have a \"response\"") {
                        signIn(callback)
                    }
                }
            }

            val duplicates =
                mapOf(
                    "query" to AuthorizationCallback.url("$REDIRECT_URI?response=${response()}&response=x"),
                    "fragment" to AuthorizationCallback.url("$REDIRECT_URI#response=${response()}&response=x"),
                    "query and form" to
                        AuthorizationCallback.formPost("$REDIRECT_URI?response=x", "response=${response()}"),
                )
            for ((where, callback) in duplicates) {
                test("that comes twice in the $where") {
                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.INVALID_RESPONSE,
                        "\"response\" must come once",
                    ) {
                        signIn(callback)
                    }
                }
            }

            test("that is no JWT") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must be a JWT of 3 parts") {
                    signIn(inQuery("x"))
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
                    "does not use the response mode jwt",
                ) {
                    signIn("response" to JsonPrimitive(response()))
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

        context("the signature") {
            val kid = mapOf<String, JsonElement>("kid" to JsonPrimitive(TestKeys.rsa.keyID))

            test("of nobody is rejected") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "does not verify") {
                    signIn(inQuery(unverifiable(responseClaims(), header = kid)))
                }
            }

            test("of another key is rejected") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "does not verify") {
                    signIn(inQuery(TestKeys.signRsa(responseClaims(), key = TestKeys.otherRsa, header = kid)))
                }
            }

            test("of nobody is rejected in a JWE too") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "does not verify") {
                    signIn(inQuery(encrypted(unverifiable(responseClaims(), header = kid)))) { decryptable() }
                }
            }

            for (algorithm in listOf("PS256", "none", "HS256")) {
                test("of $algorithm is rejected where nothing is said of algorithms") {
                    shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "must be signed with RS256") {
                        signIn(inQuery(unverifiable(responseClaims(), algorithm, kid)))
                    }
                }
            }

            for (algorithm in listOf("none", "HS256")) {
                test("of $algorithm is rejected even where client and server metadata name it") {
                    val list =
                        serverMetadata("authorization_signing_alg_values_supported" to json("""["$algorithm"]"""))

                    shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, algorithm) {
                        signIn(inQuery(unverifiable(responseClaims(), algorithm)), list) {
                            metadata { authorizationSignedResponseAlg(algorithm) }
                        }
                    }
                }
            }

            test("of an algorithm of the server's list is rejected where the client metadata names another") {
                val list = serverMetadata("authorization_signing_alg_values_supported" to json("""["RS256"]"""))

                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "must be signed with PS256") {
                    signIn(inQuery(response()), list) { metadata { authorizationSignedResponseAlg("PS256") } }
                }
            }

            test("of an algorithm that is not in the server's list is rejected") {
                val list = serverMetadata("authorization_signing_alg_values_supported" to json("""["PS256"]"""))

                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "must be signed with PS256") {
                    signIn(inQuery(response()), list)
                }
            }
        }

        test("an encrypted response is rejected where the client has no key for it") {
            shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "is encrypted") {
                signIn(inQuery(encrypted(response())))
            }
        }

        test("a broken JWE is rejected") {
            shouldFailWith<DecryptionException>(ErrorCode.DECRYPTION_FAILED, "does not decrypt") {
                signIn(inQuery(encrypted(response()).dropLast(4) + "AAAA")) { decryptable() }
            }
        }

        test("nothing is sent to the token endpoint for a response that is rejected") {
            val server = StubServer().answerTokens().answerKeys()
            shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "does not verify") {
                val kid = mapOf("kid" to JsonPrimitive(TestKeys.rsa.keyID))
                signIn(inQuery(unverifiable(responseClaims(), header = kid)), server = server)
            }

            server.countOf("/token") shouldBe 0
        }

        test("a JWT is rejected where the client uses another response mode") {
            val client = StubServer().answerTokens().answerKeys().client()

            shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "does not use the response mode jwt") {
                client.authorizationCodeGrant(inQuery(response()), pendingAuthorization())
            }
        }
    })
