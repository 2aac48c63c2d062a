package dev.openidclient.token

import dev.openidclient.authorization.AuthorizationCodeChecks
import dev.openidclient.client.ClientSettings
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.CODE
import dev.openidclient.testing.CODE_VERIFIER
import dev.openidclient.testing.NONCE
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.STATE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerKeys
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.pendingAuthorization
import dev.openidclient.testing.shouldFailWith
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonPrimitive

private const val CALLBACK = "$REDIRECT_URI?code=$CODE&state=$STATE"

private fun server(nonce: String? = null) =
    StubServer().answerKeys().answerTokens("id_token" to idToken("nonce" to nonce?.let(::JsonPrimitive)))

private suspend fun manual(configure: AuthorizationCodeChecks.() -> Unit): TokenResponse =
    server().client { acceptMissingNonce() }.authorizationCodeGrant(
        CALLBACK,
        AuthorizationCodeChecks {
            expectedNonce = NONCE
            configure()
        },
    )

class MissingNonceSpec :
    FunSpec({
        suspend fun signIn(
            nonce: String?,
            configure: ClientSettings.() -> Unit,
        ) = server(nonce)
            .client(configure = configure)
            .authorizationCodeGrant(CALLBACK, pendingAuthorization(nonce = NONCE))

        test("an ID Token without the nonce is taken with acceptMissingNonce(), and only with it") {
            signIn(null) { acceptMissingNonce() }.claims?.nonce.shouldBeNull()
            shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "claim \"nonce\"") { signIn(null) {} }
        }

        test("a nonce that comes must match all the same") {
            signIn(NONCE) { acceptMissingNonce() }.claims?.nonce shouldBe NONCE
            shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"nonce\"") {
                signIn("another") { acceptMissingNonce() }
            }
        }

        test("PKCE and state must both tie the sign-in where the nonce does not") {
            manual {
                expectedState = STATE
                pkceCodeVerifier = CODE_VERIFIER
            }
            shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "claim \"nonce\"") {
                manual { expectedState = STATE }
            }
            shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "claim \"nonce\"") {
                manual {
                    skipStateCheck()
                    pkceCodeVerifier = CODE_VERIFIER
                }
            }
        }

        test("a token that came by another way needs the nonce that was given out") {
            val token = idToken("nonce" to null).content
            shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "claim \"nonce\"") {
                server().client { acceptMissingNonce() }.verifyIdToken(token, NONCE)
            }
        }
    })
