package dev.openidclient.client

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.sign
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.clientauth.TlsClientAuth
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.jose.SigningKey
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.CODE
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NONCE
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.STATE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.answerKeys
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.hybridCallback
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.json
import dev.openidclient.testing.leftHalfOfSha256
import dev.openidclient.testing.pendingAuthorization
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.testing.unverifiable
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.introspect
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.token.verifyIdToken
import dev.openidclient.token.verifyJwt
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

private val KEY = SigningKey.generate("ES256")
private val DPOP = "token_type" to JsonPrimitive("DPoP")

/** A server that itself would sign with more than the profiles allow. */
private fun metadata(): AuthorizationServerMetadata {
    val both = json("""["RS256","PS256"]""")
    return serverMetadata(
        "id_token_signing_alg_values_supported" to both,
        "authorization_signing_alg_values_supported" to both,
        "userinfo_signing_alg_values_supported" to both,
        "introspection_signing_alg_values_supported" to both,
        "introspection_endpoint" to JsonPrimitive("$ISSUER/introspect"),
    )
}

private fun StubServer.profiled(configure: ClientSettings.() -> Unit): OpenIdClient =
    answerKeys().client(metadata()) {
        authentication = PrivateKeyJwt(KEY)
        configure()
    }

private val NONCE_CLAIM = "nonce" to JsonPrimitive(NONCE)

private fun idToken(algorithm: String) = JsonPrimitive(TestKeys.signRsa(idTokenClaims(NONCE_CLAIM), algorithm))

private suspend fun OpenIdClient.signIn(callback: String): TokenResponse =
    authorizationCodeGrant(AuthorizationCallback.url(callback), pendingAuthorization(nonce = NONCE))

class SecurityProfileEnforcementSpec :
    FunSpec({
        val fapi2: ClientSettings.() -> Unit = { fapi2Security() }
        val callback = "$REDIRECT_URI?code=$CODE&state=$STATE"
        val named = "$callback&iss=$ISSUER"

        context("the iss of an authorization response") {
            fun client() = StubServer().answerTokens(DPOP, "id_token" to idToken("PS256")).profiled(fapi2)

            test("is taken") { client().signIn(named).accessToken shouldBe ACCESS_TOKEN }

            test("is missed, though the server does not say that it sends it") {
                shouldFailWith<ValidationException>(
                    ErrorCode.INVALID_RESPONSE,
                    "must have an \"iss\"",
                ) { client().signIn(callback) }
            }

            test("is missed in an error too") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "must have an \"iss\"") {
                    client().signIn("$REDIRECT_URI?error=access_denied&state=$STATE")
                }
            }

            test("is not missed without a profile") {
                StubServer()
                    .answerTokens("id_token" to idToken("PS256"))
                    .profiled {}
                    .signIn(callback)
                    .accessToken shouldBe ACCESS_TOKEN
            }
        }

        test("an auth_time as text is rejected, though nobody asked for it") {
            val claims = idTokenClaims(NONCE_CLAIM, "auth_time" to JsonPrimitive("1"))
            val idToken = JsonPrimitive(TestKeys.signRsa(claims, "PS256"))

            shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"auth_time\"") {
                StubServer().answerTokens(DPOP, "id_token" to idToken).profiled(fapi2).signIn(named)
            }
        }

        context("a bearer token is rejected") {
            val grants =
                mapOf<String, suspend OpenIdClient.() -> TokenResponse>(
                    "of a code" to { signIn(named) },
                    "of a refresh" to { refreshTokenGrant("refresh") },
                    "of the client itself" to { clientCredentialsGrant() },
                )
            for ((name, grant) in grants) {
                test(name) {
                    val client = StubServer().answerTokens("id_token" to idToken("PS256")).profiled(fapi2)

                    shouldFailWith<ValidationException>(
                        ErrorCode.INVALID_RESPONSE,
                        "must be sender-constrained",
                    ) { client.grant() }
                }

                test("$name, also where DPoP was asked for") {
                    val client =
                        StubServer()
                            .answerTokens(
                                "id_token" to idToken("PS256"),
                            ).profiled(fapi2)
                            .withDpop(Dpop(KEY))

                    shouldFailWith<ValidationException>(
                        ErrorCode.INVALID_RESPONSE,
                        "must be sender-constrained",
                    ) { client.grant() }
                }

                test("$name, but not where it is bound to a client certificate") {
                    val client =
                        StubServer().answerTokens("id_token" to idToken("PS256")).profiled {
                            fapi2Security()
                            authentication = TlsClientAuth
                            transportPresentsCertificate()
                        }

                    client.grant().accessToken shouldBe ACCESS_TOKEN
                }
            }
        }

        context("the algorithm RS256, which the server lists, is rejected") {
            test("in an ID Token of the token endpoint") {
                val client = StubServer().answerTokens(DPOP, "id_token" to idToken("RS256")).profiled(fapi2)

                shouldFailWith<ValidationException>(
                    ErrorCode.INVALID_RESPONSE,
                    "security profile",
                ) { client.signIn(named) }
            }

            test("in an ID Token that is handed over") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "security profile") {
                    StubServer().profiled(fapi2).verifyIdToken(idToken("RS256").content, NONCE)
                }
            }

            test("in another JWT of the server") {
                val jwt = TestKeys.signRsa(idTokenClaims(), header = mapOf("typ" to JsonPrimitive("secevent+jwt")))

                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "security profile") {
                    StubServer().profiled(fapi2).verifyJwt(jwt, "secevent+jwt", CLIENT_ID)
                }
            }

            test("in an ID Token of the authorization response") {
                val claims =
                    idTokenClaims(
                        NONCE_CLAIM,
                        "c_hash" to leftHalfOfSha256(CODE),
                        "s_hash" to leftHalfOfSha256(STATE),
                    )
                val client = StubServer().profiled { fapi1() }

                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "security profile") {
                    client.authorizationCodeGrant(
                        hybridCallback(TestKeys.signRsa(claims)),
                        pendingAuthorization(nonce = NONCE),
                    )
                }
            }

            test("in an authorization response") {
                val response =
                    TestKeys.signRsa(
                        idTokenClaims(
                            "code" to JsonPrimitive(CODE),
                            "state" to JsonPrimitive(STATE),
                        ),
                    )
                val client = StubServer().profiled { fapi2MessageSigning() }

                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "security profile") {
                    client.signIn("$REDIRECT_URI?response=$response")
                }
            }

            test("in UserInfo") {
                val jwt = TestKeys.signRsa(JsonObject(mapOf<String, JsonElement>("sub" to JsonPrimitive("x"))))
                val client = StubServer().answer("/userinfo", jwt, contentType = "application/jwt").profiled(fapi2)

                shouldFailWith<ValidationException>(
                    ErrorCode.INVALID_RESPONSE,
                    "security profile",
                ) { client.userInfo("token", "x") }
            }

            test("in an introspection") {
                val jwt = TestKeys.signRsa(idTokenClaims("token_introspection" to json("""{"active":true}""")))
                val type = "application/token-introspection+jwt"
                val client = StubServer().answer("/introspect", jwt, contentType = type).profiled(fapi2)

                shouldFailWith<ValidationException>(
                    ErrorCode.INVALID_RESPONSE,
                    "security profile",
                ) { client.introspect("token") }
            }

            test("for a request object") {
                val client = StubServer().profiled(fapi2)

                shouldThrow<IllegalArgumentException> {
                    client.sign(
                        client.authorizationRequest(),
                        SigningKey.generate("RS256"),
                    )
                }.message shouldContain "a request object must be signed with"
            }

            test("for DPoP proofs") {
                val client = StubServer().profiled(fapi2)

                shouldThrow<IllegalArgumentException> { client.withDpop(Dpop(SigningKey.generate("RS256"))) }
                    .message shouldContain "DPoP proofs must be signed with"
            }
        }

        context("FAPI 1.0 Advanced") {
            fun hybrid(vararg claims: Pair<String, JsonElement?>) =
                hybridCallback(
                    TestKeys.signRsa(
                        idTokenClaims(NONCE_CLAIM, "c_hash" to leftHalfOfSha256(CODE), *claims),
                        "PS256",
                    ),
                )

            fun client() = StubServer().answerTokens("id_token" to idToken("PS256")).profiled { fapi1() }

            test("takes an ID Token with the hash of the state") {
                client()
                    .authorizationCodeGrant(
                        hybrid("s_hash" to leftHalfOfSha256(STATE)),
                        pendingAuthorization(nonce = NONCE),
                    ).accessToken shouldBe ACCESS_TOKEN
            }

            test("misses the hash of the state") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must have the claim \"s_hash\"") {
                    client().authorizationCodeGrant(hybrid(), pendingAuthorization(nonce = NONCE))
                }
            }

            test("does not take a code alone") {
                shouldThrow<InvalidResponseException> { client().signIn(named) }
            }
        }

        context("FAPI 2.0 Message Signing") {
            val claims =
                idTokenClaims(
                    "code" to JsonPrimitive(CODE),
                    "state" to JsonPrimitive(STATE),
                    "sub" to null,
                )
            val response = TestKeys.signRsa(claims, "PS256")

            test("takes a signed response") {
                StubServer()
                    .answerTokens(DPOP, "id_token" to idToken("PS256"))
                    .profiled { fapi2MessageSigning() }
                    .signIn("$REDIRECT_URI?response=$response")
                    .accessToken shouldBe ACCESS_TOKEN
            }

            test("does not take an unsigned one") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must have a \"response\"") {
                    StubServer().profiled { fapi2MessageSigning() }.signIn(named)
                }
            }

            test("verifies the signature of the ID Token") {
                val header = mapOf("kid" to JsonPrimitive(TestKeys.rsa.keyID))
                val forged = JsonPrimitive(unverifiable(idTokenClaims(NONCE_CLAIM), "PS256", header))
                val client = StubServer().answerTokens(DPOP, "id_token" to forged).profiled { fapi2MessageSigning() }

                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "does not verify") {
                    client.signIn("$REDIRECT_URI?response=$response")
                }
            }
        }
    })

private fun ClientSettings.fapi1() = fapi1Advanced().transportPresentsCertificate()
