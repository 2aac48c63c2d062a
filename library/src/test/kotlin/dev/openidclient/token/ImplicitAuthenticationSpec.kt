package dev.openidclient.token

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.client.ClientSettings
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.Parameters
import dev.openidclient.testing.NONCE
import dev.openidclient.testing.NOW
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.STATE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.answerKeys
import dev.openidclient.testing.decryptable
import dev.openidclient.testing.encrypted
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.pendingAuthorization
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.testing.unverifiable
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

private const val SUBJECT = "248289761001"

private fun idToken(vararg changes: Pair<String, JsonElement?>): String =
    TestKeys.signRsa(idTokenClaims("nonce" to JsonPrimitive(NONCE), *changes))

private fun posted(
    idToken: String? = idToken(),
    vararg changes: Pair<String, String?>,
): AuthorizationCallback {
    val all = mapOf("id_token" to idToken, "state" to STATE) + changes
    return AuthorizationCallback.parameters(
        Parameters.of(
            all
                .mapNotNull { (name, value) ->
                    value?.let { name to it }
                }.toMap(),
        ),
    )
}

private fun client(
    iss: Boolean = false,
    configure: ClientSettings.() -> Unit = {},
) = StubServer()
    .answerKeys()
    .client(serverMetadata("authorization_response_iss_parameter_supported" to JsonPrimitive(iss))) {
        useIdTokenResponseType()
        configure()
    }

private suspend fun authenticate(
    callback: AuthorizationCallback = posted(),
    pending: PendingAuthorization = pendingAuthorization(nonce = NONCE),
    configure: ClientSettings.() -> Unit = {},
): IdTokenClaims = client(configure = configure).implicitAuthentication(callback, pending)

class ImplicitAuthenticationSpec :
    FunSpec({
        context("an ID Token is taken") {
            test("from mere parameters") { authenticate().subject shouldBe SUBJECT }

            test("from a posted form") {
                authenticate(
                    AuthorizationCallback.formPost(REDIRECT_URI, "id_token=${idToken()}&state=$STATE"),
                ).subject shouldBe
                    SUBJECT
            }

            test("from the fragment") {
                authenticate(
                    AuthorizationCallback.url("$REDIRECT_URI?state=x#id_token=${idToken()}&state=$STATE"),
                ).subject shouldBe
                    SUBJECT
            }

            test("encrypted") { authenticate(posted(encrypted(idToken()))) { decryptable() }.subject shouldBe SUBJECT }

            test("beside a code and an access token, which are of no use") {
                authenticate(posted(idToken(), "code" to "x", "access_token" to "x")).subject shouldBe SUBJECT
            }

            test("without the parameter iss that the server says it sends") {
                client(
                    iss = true,
                ).implicitAuthentication(posted(), pendingAuthorization(nonce = NONCE)).subject shouldBe
                    SUBJECT
            }

            test("with nonce and state of the caller's own") {
                client().implicitAuthentication(posted(), NONCE, STATE).subject shouldBe SUBJECT
            }

            test("without a state where none was sent") {
                client().implicitAuthentication(posted(idToken(), "state" to null), NONCE, null).subject shouldBe
                    SUBJECT
            }
        }

        context("with an acr that is required") {
            val pending = pendingAuthorization(nonce = NONCE, requiredAcr = listOf("gold"))

            test("an ID Token with it is taken") {
                authenticate(posted(idToken("acr" to JsonPrimitive("gold"))), pending).acr shouldBe "gold"
            }

            for (acr in listOf(null, JsonPrimitive("bronze"))) {
                test("an ID Token with ${acr ?: "none"} is refused") {
                    shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "expected \"acr\"") {
                        authenticate(posted(idToken("acr" to acr)), pending)
                    }
                }
            }
        }

        context("the parameters are rejected") {
            for (idToken in listOf(null, "")) {
                test("with ${if (idToken == null) "no" else "an empty"} ID Token") {
                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must have an \"id_token\"") {
                        authenticate(posted(idToken))
                    }
                }
            }

            test("with two ID Tokens") {
                val two = Parameters.of("id_token" to idToken(), "id_token" to idToken(), "state" to STATE)

                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"id_token\" must come once") {
                    authenticate(AuthorizationCallback.parameters(two))
                }
            }

            test("in the query") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "responseMode(\"form_post\")") {
                    authenticate(AuthorizationCallback.url("$REDIRECT_URI?id_token=${idToken()}&state=$STATE"))
                }
            }

            for (state in listOf(null, "", "other")) {
                test("with the state $state") {
                    shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "\"state\"") {
                        authenticate(posted(idToken(), "state" to state))
                    }
                }
            }

            test("with a state where none was sent") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "but none is expected") {
                    client().implicitAuthentication(posted(), NONCE, null)
                }
            }

            test("with the iss of another server") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "expected \"iss\"") {
                    authenticate(posted(idToken(), "iss" to "https://other.example.com"))
                }
            }

            test("with a token") {
                shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "\"token\"") {
                    authenticate(posted(idToken(), "token" to "x"))
                }
            }

            test("with a JWT response") {
                shouldFailWith<InvalidResponseException>(
                    ErrorCode.INVALID_RESPONSE,
                    "useJwtResponseMode() in the settings",
                ) {
                    authenticate(posted(idToken(), "response" to "x"))
                }
            }

            test("with an error, as that error") {
                shouldFailWith<AuthorizationResponseException>(
                    ErrorCode.AUTHORIZATION_RESPONSE_ERROR,
                    "login_required",
                ) {
                    authenticate(posted(idToken(), "error" to "login_required"))
                }
            }
        }

        context("the ID Token is rejected") {
            for (claim in listOf("aud", "exp", "iat", "iss", "sub", "nonce")) {
                test("without $claim") {
                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.INVALID_RESPONSE,
                        "must have the claim \"$claim\"",
                    ) {
                        authenticate(posted(idToken(claim to null)))
                    }
                }
            }

            for (claim in listOf("aud", "iss", "nonce")) {
                test("with another $claim") {
                    shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"$claim\"") {
                        authenticate(posted(idToken(claim to JsonPrimitive("other"))))
                    }
                }
            }

            test("once it is expired") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"exp\"") {
                    authenticate(posted(idToken("exp" to JsonPrimitive(NOW.epochSecond - 30))))
                }
            }

            test("where the server issued it to another client, with this one for the audience") {
                shouldFailWith<ValidationException>(
                    ErrorCode.JWT_CLAIM_COMPARISON_FAILED,
                    "expected \"azp\"",
                ) { authenticate(posted(idToken("azp" to JsonPrimitive("other")))) }
            }

            test("where it was issued more than an hour ago") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "3600 seconds ago") {
                    authenticate(posted(idToken("iat" to JsonPrimitive(NOW.epochSecond - 3601))))
                }
            }

            test("with a signature of nobody") {
                val claims = idTokenClaims("nonce" to JsonPrimitive(NONCE))
                val forged = unverifiable(claims, header = mapOf("kid" to JsonPrimitive(TestKeys.rsa.keyID)))

                shouldFailWith<ValidationException>(
                    ErrorCode.INVALID_RESPONSE,
                    "does not verify",
                ) { authenticate(posted(forged)) }
            }

            test("with the algorithm none, even where the client metadata names it") {
                val unsigned = unverifiable(idTokenClaims("nonce" to JsonPrimitive(NONCE)), "none")

                shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "none") {
                    authenticate(posted(unsigned)) { metadata { idTokenSignedResponseAlg("none") } }
                }
            }

            val young = pendingAuthorization(nonce = NONCE, maxAge = Duration.ofSeconds(60))
            val old = arrayOf("auth_time" to JsonPrimitive(NOW.epochSecond - 91))

            test("where the person signed in before the maximum age of the request") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"auth_time\"") {
                    authenticate(posted(idToken(*old)), young)
                }
            }

            test("where the person signed in before the default maximum age") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"auth_time\"") {
                    authenticate(posted(idToken(*old))) { metadata { defaultMaxAge(Duration.ofSeconds(60)) } }
                }
            }

            test("where the person signed in before the maximum age of the caller's own") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"auth_time\"") {
                    client().implicitAuthentication(posted(idToken(*old)), NONCE, STATE, Duration.ofSeconds(60))
                }
            }

            test("without auth_time where there is a maximum age") {
                shouldFailWith<InvalidResponseException>(
                    ErrorCode.INVALID_RESPONSE,
                    "\"auth_time\"",
                ) { authenticate(pending = young) }
            }
        }

        context("the caller") {
            test("must have chosen the response type") {
                val client = StubServer().answerKeys().client()

                shouldThrow<IllegalStateException> { client.implicitAuthentication(posted(), NONCE, STATE) }
                    .message shouldContain "useIdTokenResponseType()"
            }

            test("must have a nonce pending") {
                shouldThrow<IllegalArgumentException> {
                    authenticate(
                        pending = pendingAuthorization(),
                    )
                }.message shouldContain
                    "nonce"
            }

            test("may not expect an empty nonce") {
                shouldThrow<IllegalArgumentException> { client().implicitAuthentication(posted(), "", STATE) }
            }

            test("may not expect an empty state") {
                shouldThrow<IllegalArgumentException> { client().implicitAuthentication(posted(), NONCE, "") }
            }

            test("may not expect a negative age") {
                shouldThrow<IllegalArgumentException> {
                    client().implicitAuthentication(posted(), NONCE, STATE, Duration.ofSeconds(-1))
                }
            }

            test("may not use what is pending for another server") {
                shouldFailWith<ValidationException>(
                    ErrorCode.INVALID_RESPONSE,
                    "the pending authorization is of client",
                ) {
                    authenticate(pending = pendingAuthorization(issuer = "https://other.example.com", nonce = NONCE))
                }
            }

            test("may not use what is pending for more than an hour") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "3601 seconds old") {
                    authenticate(pending = pendingAuthorization(nonce = NONCE, createdAt = NOW.minusSeconds(3601)))
                }
            }
        }
    })
