package dev.openidclient.token

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationCodeChecks
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.NONCE
import dev.openidclient.testing.STATE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerKeys
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.frontChannelIdToken
import dev.openidclient.testing.hybridCallback
import dev.openidclient.testing.idToken
import dev.openidclient.testing.leftHalfOfSha256
import dev.openidclient.testing.shouldFailWith
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonPrimitive

private fun client(): OpenIdClient =
    StubServer()
        .answerKeys()
        .answerTokens("id_token" to idToken("nonce" to JsonPrimitive(NONCE)))
        .client { useCodeIdTokenResponseType().detachedSignatureResponseChecks() }

private suspend fun signIn(
    callback: AuthorizationCallback,
    state: String? = STATE,
): TokenResponse {
    val checks =
        AuthorizationCodeChecks {
            expectedNonce = NONCE
            expectedState = state
        }
    return client().authorizationCodeGrant(callback, checks)
}

private suspend fun signInWith(stateHash: JsonElement?): TokenResponse =
    signIn(hybridCallback(frontChannelIdToken("s_hash" to stateHash)))

class CodeResponseDetachedSignatureSpec :
    FunSpec({
        test("a state with its hash in the ID Token is taken") {
            signInWith(leftHalfOfSha256(STATE)).accessToken shouldBe ACCESS_TOKEN
        }

        test("neither state nor hash is taken where no state was sent") {
            signIn(hybridCallback(changes = arrayOf("state" to null)), state = null).accessToken shouldBe ACCESS_TOKEN
        }

        test("a state without its hash is rejected") {
            shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must have the claim \"s_hash\"") {
                signInWith(null)
            }
        }

        test("the hash of another state is rejected") {
            shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"s_hash\"") {
                signInWith(leftHalfOfSha256("other"))
            }
        }

        for (value in listOf(JsonNull, JsonPrimitive(1), JsonPrimitive(""))) {
            test("the hash $value is rejected") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"s_hash\"") { signInWith(value) }
            }
        }

        test("a hash without a state is rejected") {
            val idToken = frontChannelIdToken("s_hash" to leftHalfOfSha256(STATE))

            shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "but the response no \"state\"") {
                signIn(hybridCallback(idToken, "state" to null), state = null)
            }
        }

        test("a state that was not sent is rejected, with its hash too") {
            val idToken = frontChannelIdToken("s_hash" to leftHalfOfSha256(STATE))

            shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "but none is expected") {
                signIn(hybridCallback(idToken), state = null)
            }
        }
    })
