package dev.openidclient.token

import dev.openidclient.client.ClientSettings
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.NONCE
import dev.openidclient.testing.NOW
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.answerKeys
import dev.openidclient.testing.decryptable
import dev.openidclient.testing.encrypted
import dev.openidclient.testing.idToken
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.json
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.testing.unverifiable
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldEndWith
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

private const val APP = "the-app"
private const val SUBJECT = "248289761001"

private suspend fun verify(
    idToken: String,
    nonce: String? = null,
    authorizedParty: String? = null,
    configure: ClientSettings.() -> Unit = {},
): IdTokenClaims =
    StubServer().answerKeys().client(configure = configure).verifyIdToken(idToken, nonce, authorizedParty)

private fun token(vararg changes: Pair<String, JsonElement?>): String = idToken(*changes).content

class VerifyIdTokenSpec :
    FunSpec({
        val appsOwn = "azp" to JsonPrimitive(APP)

        test("an ID Token for this client is taken") { verify(token()).subject shouldBe SUBJECT }

        test("an encrypted one is taken") { verify(encrypted(token())) { decryptable() }.subject shouldBe SUBJECT }

        test("an old one is taken until it expires") {
            verify(token("iat" to JsonPrimitive(NOW.epochSecond - 100_000))).subject shouldBe SUBJECT
        }

        for (claim in listOf("aud", "exp", "iat", "iss", "sub")) {
            test("one without $claim is rejected") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must have the claim \"$claim\"") {
                    verify(token(claim to null))
                }
            }
        }

        for (claim in listOf("aud", "iss")) {
            test("one with another $claim is rejected") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"$claim\"") {
                    verify(token(claim to JsonPrimitive("other")))
                }
            }
        }

        test("an expired one is rejected") {
            shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"exp\"") {
                verify(token("exp" to JsonPrimitive(NOW.epochSecond - 30)))
            }
        }

        context("the nonce") {
            val nonce = "nonce" to JsonPrimitive(NONCE)

            test("is taken where it is the one that was given") { verify(token(nonce), NONCE).nonce shouldBe NONCE }

            test("is rejected where it is another one") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"nonce\"") {
                    verify(token(nonce), "other")
                }
            }

            test("is rejected where it is missing") {
                shouldFailWith<InvalidResponseException>(
                    ErrorCode.INVALID_RESPONSE,
                    "\"nonce\"",
                ) { verify(token(), NONCE) }
            }

            test("is rejected where none was given") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "none is expected") {
                    verify(token(nonce))
                }
            }
        }

        context("the authorized party") {
            val both = "aud" to json("""["$CLIENT_ID","$APP"]""")

            test("is taken where it is the app") {
                verify(token(appsOwn), authorizedParty = APP).authorizedParty shouldBe
                    APP
            }

            test("is taken where it is the app and there are several audiences") {
                verify(token(appsOwn, both), authorizedParty = APP).authorizedParty shouldBe APP
            }

            test("is taken where it is this client and none is expected") {
                verify(token("azp" to JsonPrimitive(CLIENT_ID))).authorizedParty shouldBe CLIENT_ID
            }

            for (audience in listOf("\"$CLIENT_ID\"", "[\"$CLIENT_ID\"]")) {
                for (party in listOf("\"$APP\"", "\"\"", "1", "[\"$CLIENT_ID\"]")) {
                    test("$party of the single audience $audience is rejected where none is expected") {
                        val e =
                            shouldFailWith<ValidationException>(
                                ErrorCode.JWT_CLAIM_COMPARISON_FAILED,
                                "expected \"azp\" \"$CLIENT_ID\"",
                            ) { verify(token("aud" to json(audience), "azp" to json(party))) }

                        e.subject shouldBe "claim:azp"
                    }
                }
            }

            test("of another client is rejected with trusted audiences too") {
                shouldFailWith<ValidationException>(
                    ErrorCode.JWT_CLAIM_COMPARISON_FAILED,
                    "expected \"azp\" \"$CLIENT_ID\"",
                ) { verify(token(appsOwn, both)) { trustAudiences(APP) } }
            }

            test("is rejected where it is missing") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"azp\" must be there") {
                    verify(token(), authorizedParty = APP)
                }
            }

            test("is rejected where it is another one") {
                shouldFailWith<ValidationException>(
                    ErrorCode.JWT_CLAIM_COMPARISON_FAILED,
                    "expected \"azp\" \"$APP\"",
                ) {
                    verify(token("azp" to JsonPrimitive("other")), authorizedParty = APP)
                }
            }

            test("is named as authorizedParty where it is another and none is expected") {
                shouldThrow<ValidationException> { verify(token(appsOwn)) }.message shouldEndWith
                    "got \"$APP\": where that is an app of yours which got the token for this client, " +
                    "name it as authorizedParty"
            }

            test("is rejected where it is this client and the app is expected") {
                shouldFailWith<ValidationException>(
                    ErrorCode.JWT_CLAIM_COMPARISON_FAILED,
                    "expected \"azp\" \"$APP\"",
                ) {
                    verify(token("azp" to JsonPrimitive(CLIENT_ID)), authorizedParty = APP)
                }
            }

            test("of several audiences is rejected where it is the app and none is expected") {
                shouldFailWith<ValidationException>(
                    ErrorCode.JWT_CLAIM_COMPARISON_FAILED,
                    "expected \"azp\" \"$CLIENT_ID\"",
                ) {
                    verify(token(appsOwn, both))
                }
            }

            test("does not make up for a missing audience") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "expected \"aud\"") {
                    verify(token(appsOwn, "aud" to JsonPrimitive(APP)), authorizedParty = APP)
                }
            }
        }

        context("the signature") {
            val kid = mapOf("kid" to JsonPrimitive(TestKeys.rsa.keyID))

            test("of nobody is rejected") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "does not verify") {
                    verify(unverifiable(idTokenClaims(), header = kid))
                }
            }

            test("of an unknown key is rejected") {
                shouldFailWith<ValidationException>(ErrorCode.KEY_SELECTION_FAILED, "no key") {
                    verify(TestKeys.signRsa(idTokenClaims(), key = TestKeys.otherRsa))
                }
            }

            for (algorithm in listOf("none", "HS256")) {
                test("of $algorithm is rejected, even where the client metadata names it") {
                    shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, algorithm) {
                        verify(
                            unverifiable(idTokenClaims(), algorithm),
                        ) {
                            clientSecret("s".repeat(32))
                            metadata { idTokenSignedResponseAlg(algorithm) }
                        }
                    }
                }
            }
        }

        test("a sign-in before the default maximum age is rejected") {
            shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"auth_time\"") {
                verify(token("auth_time" to JsonPrimitive(NOW.epochSecond - 91))) {
                    metadata { defaultMaxAge(Duration.ofSeconds(60)) }
                }
            }
        }

        test("an empty ID Token is a mistake") {
            shouldThrow<IllegalArgumentException> { verify("") }.message shouldContain "ID Token"
        }

        test("an empty nonce is a mistake") {
            shouldThrow<IllegalArgumentException> { verify(token(), nonce = "") }.message shouldContain "nonce"
        }

        test("an empty authorized party is a mistake") {
            shouldThrow<IllegalArgumentException> { verify(token(), authorizedParty = "") }.message shouldContain
                "authorized party"
        }
    })
