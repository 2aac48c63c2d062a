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

class JarmSignatureSpec :
    FunSpec({
        context("the signature") {
            val kid = mapOf<String, JsonElement>("kid" to JsonPrimitive(TestKeys.rsa.keyID))

            test("of nobody is rejected") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "does not verify") {
                    jwtSignIn(responseInQuery(unverifiable(responseClaims(), header = kid)))
                }
            }

            test("of another key is rejected") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "does not verify") {
                    jwtSignIn(
                        responseInQuery(TestKeys.signRsa(responseClaims(), key = TestKeys.otherRsa, header = kid)),
                    )
                }
            }

            test("of nobody is rejected in a JWE too") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "does not verify") {
                    jwtSignIn(
                        responseInQuery(encrypted(unverifiable(responseClaims(), header = kid))),
                    ) { decryptable() }
                }
            }

            for (algorithm in listOf("PS256", "none", "HS256")) {
                test("of $algorithm is rejected where nothing is said of algorithms") {
                    shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "must be signed with RS256") {
                        jwtSignIn(responseInQuery(unverifiable(responseClaims(), algorithm, kid)))
                    }
                }
            }

            for (algorithm in listOf("none", "HS256")) {
                test("of $algorithm is rejected even where client and server metadata name it") {
                    val list =
                        serverMetadata("authorization_signing_alg_values_supported" to json("""["$algorithm"]"""))

                    shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, algorithm) {
                        jwtSignIn(responseInQuery(unverifiable(responseClaims(), algorithm)), list) {
                            metadata { authorizationSignedResponseAlg(algorithm) }
                        }
                    }
                }
            }

            test("of an algorithm of the server's list is rejected where the client metadata names another") {
                val list = serverMetadata("authorization_signing_alg_values_supported" to json("""["RS256"]"""))

                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "must be signed with PS256") {
                    jwtSignIn(
                        responseInQuery(responseJwt()),
                        list,
                    ) { metadata { authorizationSignedResponseAlg("PS256") } }
                }
            }

            test("of an algorithm that is not in the server's list is rejected") {
                val list = serverMetadata("authorization_signing_alg_values_supported" to json("""["PS256"]"""))

                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "must be signed with PS256") {
                    jwtSignIn(responseInQuery(responseJwt()), list)
                }
            }
        }

        test("an encrypted response is rejected where the client has no key for it") {
            shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "is encrypted") {
                jwtSignIn(responseInQuery(encrypted(responseJwt())))
            }
        }

        test("a broken JWE is rejected") {
            shouldFailWith<DecryptionException>(ErrorCode.DECRYPTION_FAILED, "does not decrypt") {
                jwtSignIn(responseInQuery(encrypted(responseJwt()).dropLast(4) + "AAAA")) { decryptable() }
            }
        }

        test("nothing is sent to the token endpoint for a response that is rejected") {
            val server = StubServer().answerTokens().answerKeys()
            shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "does not verify") {
                val kid = mapOf("kid" to JsonPrimitive(TestKeys.rsa.keyID))
                jwtSignIn(responseInQuery(unverifiable(responseClaims(), header = kid)), server = server)
            }

            server.countOf("/token") shouldBe 0
        }
    })
