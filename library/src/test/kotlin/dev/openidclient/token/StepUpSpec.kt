package dev.openidclient.token

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.AuthorizationRequestBuilder
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.WwwAuthenticateChallenge
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.CODE
import dev.openidclient.testing.NOW
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

private fun challenge(vararg parameters: Pair<String, String>) =
    WwwAuthenticateChallenge("bearer", mapOf("error" to "insufficient_user_authentication", *parameters))

private val GOLD = challenge("acr_values" to "gold silver")
private val RECENT = challenge("max_age" to "60")

private fun request(
    challenge: WwwAuthenticateChallenge,
    configure: AuthorizationRequestBuilder.() -> Unit = {},
): AuthorizationRequest =
    StubServer().client().authorizationRequest {
        redirectUri(REDIRECT_URI)
        stepUp(challenge)
        configure()
    }

/** Answers the code of [request] with [members], and an ID Token of [claims] where there are some. */
private suspend fun answer(
    request: AuthorizationRequest,
    claims: Map<String, JsonElement?>? = null,
    vararg members: Pair<String, JsonElement?>,
): TokenResponse {
    val pending = PendingAuthorization.decode(request.pending.encode())
    val token =
        claims?.let { idToken("nonce" to pending.nonce?.let(::JsonPrimitive), *it.toList().toTypedArray()) }
    return StubServer()
        .answerTokens("id_token" to token, *members)
        .client()
        .authorizationCodeGrant("$REDIRECT_URI?code=$CODE&state=${pending.state}", pending)
}

private fun acr(value: String): Map<String, JsonElement?> = mapOf("acr" to JsonPrimitive(value))

private fun signedIn(secondsAgo: Long): Map<String, JsonElement?> =
    mapOf("auth_time" to JsonPrimitive(NOW.epochSecond - secondsAgo))

class StepUpSpec :
    FunSpec({
        context("the request") {
            test("asks for the contexts of the challenge in their order") {
                request(GOLD).parameters["acr_values"] shouldBe "gold silver"
                request(GOLD).parameters["max_age"].shouldBeNull()
                request(GOLD).parameters["prompt"].shouldBeNull()
            }

            test("asks for the maximum age of the challenge") {
                request(RECENT).parameters["max_age"] shouldBe "60"
                request(RECENT).parameters["prompt"].shouldBeNull()
                request(challenge("max_age" to "0")).parameters["max_age"] shouldBe "0"
            }

            test("asks for both") {
                val both = request(challenge("acr_values" to "gold", "max_age" to "60")).parameters

                both["acr_values"] shouldBe "gold"
                both["max_age"] shouldBe "60"
            }

            test("asks for a new sign-in where the challenge has neither") {
                request(challenge()).parameters["prompt"] shouldBe "login"
            }

            test("is not made for a maximum age that is none") {
                shouldThrow<InvalidResponseException> { request(challenge("max_age" to "soon")) }
            }

            test("needs no ID Token") {
                request(GOLD) { scope("orders") }.pending.nonce.shouldBeNull()
            }
        }

        context("with an ID Token") {
            fun openid(challenge: WwwAuthenticateChallenge) = request(challenge) { scope("openid") }

            test("one of the contexts satisfies") {
                answer(openid(GOLD), acr("gold")).claims?.acr shouldBe "gold"
                answer(openid(GOLD), acr("silver")).claims?.acr shouldBe "silver"
            }

            test("another context does not, and nobody keeps the tokens") {
                val e =
                    shouldFailWith<ValidationException>(
                        ErrorCode.JWT_CLAIM_COMPARISON_FAILED,
                        "expected \"acr\" \"gold\" or \"silver\", got \"bronze\"",
                    ) { answer(openid(GOLD), acr("bronze")) }

                e.unacceptedTokens?.accessToken shouldBe ACCESS_TOKEN
            }

            test("no context does not, unless the answer itself names one") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "got none") {
                    answer(openid(GOLD), emptyMap())
                }
                answer(openid(GOLD), emptyMap(), "acr" to JsonPrimitive("gold"))
                shouldThrow<ValidationException> {
                    answer(openid(GOLD), emptyMap(), "acr" to JsonPrimitive("bronze"))
                }
            }

            test("its context counts, whatever the answer says beside it") {
                shouldThrow<ValidationException> {
                    answer(openid(GOLD), acr("bronze"), "acr" to JsonPrimitive("gold"))
                }
            }

            test("a recent sign-in satisfies") {
                answer(openid(RECENT), signedIn(secondsAgo = 60))
            }

            test("an old sign-in does not, and nobody keeps the tokens") {
                val e =
                    shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "60 seconds ago") {
                        answer(openid(RECENT), signedIn(secondsAgo = 91))
                    }

                e.unacceptedTokens?.accessToken shouldBe ACCESS_TOKEN
            }

            test("a sign-in of unknown time does not") {
                shouldThrow<OAuthException> { answer(openid(RECENT), mapOf("auth_time" to null)) }
            }

            test("it must come where it was asked for") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"id_token\" is expected") {
                    answer(openid(GOLD), null)
                }
            }
        }

        context("without an ID Token") {
            test("the context in the answer is checked") {
                answer(request(GOLD), null, "acr" to JsonPrimitive("silver"))
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "token response: expected") {
                    answer(request(GOLD), null, "acr" to JsonPrimitive("bronze"))
                }.unacceptedTokens?.accessToken shouldBe ACCESS_TOKEN
            }

            test("the resource server decides where nothing says how the person signed in") {
                answer(request(GOLD), null).accessToken shouldBe ACCESS_TOKEN
                answer(request(RECENT), null).accessToken shouldBe ACCESS_TOKEN
                answer(request(challenge()), null).accessToken shouldBe ACCESS_TOKEN
            }
        }

        test("a server that cannot do it says so in the callback") {
            val request = request(GOLD)
            val e =
                shouldThrow<AuthorizationResponseException> {
                    StubServer().client().authorizationCodeGrant(
                        "$REDIRECT_URI?error=unmet_authentication_requirements&state=${request.pending.state}",
                        request.pending,
                    )
                }

            e.error shouldBe "unmet_authentication_requirements"
        }

        test("a sign-in that requires its acr by itself is not satisfied by what stands beside the ID Token") {
            val request =
                StubServer().client().authorizationRequest {
                    redirectUri(REDIRECT_URI)
                    scope("openid").acrValues("gold").requireAcr()
                }

            shouldThrow<ValidationException> { answer(request, emptyMap(), "acr" to JsonPrimitive("gold")) }
        }

        test("a sign-in with a maximum age of its own needs an ID Token as before") {
            val request =
                StubServer().client().authorizationRequest {
                    redirectUri(REDIRECT_URI)
                    maxAge(Duration.ofMinutes(1))
                }

            shouldThrow<InvalidResponseException> { answer(request, null) }
        }
    })
