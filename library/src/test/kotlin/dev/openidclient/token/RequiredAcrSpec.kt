package dev.openidclient.token

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.CODE
import dev.openidclient.testing.NONCE
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.STATE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.pendingAuthorization
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive

private val PENDING = pendingAuthorization(nonce = NONCE, requiredAcr = listOf("gold", "silver"))

private suspend fun signIn(vararg claims: Pair<String, JsonElement?>): TokenResponse =
    StubServer()
        .answerTokens("id_token" to idToken("nonce" to JsonPrimitive(NONCE), *claims))
        .client()
        .authorizationCodeGrant(AuthorizationCallback.url("$REDIRECT_URI?code=$CODE&state=$STATE"), PENDING)

class RequiredAcrSpec :
    FunSpec({
        for (acr in listOf("gold", "silver")) {
            test("an acr among those that are required is taken: $acr") {
                signIn("acr" to JsonPrimitive(acr)).claims?.acr shouldBe acr
            }
        }

        for (acr in listOf(null, JsonPrimitive("bronze"), JsonPrimitive(1), JsonPrimitive("GOLD"))) {
            test("an acr that is not among them is refused: ${acr ?: "none"}") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "expected \"acr\"") {
                    signIn("acr" to acr)
                }
            }
        }

        test("an answer without an ID Token is refused") {
            shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"id_token\" is expected") {
                StubServer()
                    .answerTokens()
                    .client()
                    .authorizationCodeGrant("$REDIRECT_URI?code=$CODE&state=$STATE", PENDING)
            }
        }

        test("an answer without an ID Token is refused, also where no nonce was sent") {
            shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"id_token\" is expected") {
                StubServer()
                    .answerTokens()
                    .client()
                    .authorizationCodeGrant(
                        "$REDIRECT_URI?code=$CODE&state=$STATE",
                        pendingAuthorization(requiredAcr = listOf("gold")),
                    )
            }
        }

        test("any acr is taken where none is required, although one was asked for") {
            val request =
                StubServer().client().authorizationRequest {
                    scope("openid")
                    acrValues("gold")
                }

            request.pending.acrValues shouldBe listOf("gold")
            request.pending.isAcrRequired shouldBe false
        }

        test("the request remembers what is required") {
            val pending =
                StubServer()
                    .client()
                    .authorizationRequest {
                        scope("openid")
                        acrValues("gold", "silver")
                        requireAcr()
                    }.pending

            pending.acrValues shouldBe listOf("gold", "silver")
            pending.isAcrRequired shouldBe true
        }

        test("requireAcr() is refused without values, and where no ID Token is asked for") {
            val client = StubServer().client()

            shouldThrow<IllegalArgumentException> { client.authorizationRequest { scope("openid").requireAcr() } }
                .message shouldContain "acrValues(…)"
            shouldThrow<IllegalArgumentException> { client.authorizationRequest { acrValues("gold").requireAcr() } }
                .message shouldContain "scope(\"openid\")"
        }
    })
