package dev.openidclient.client

import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ValidationException
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.CODE
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.STATE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.hybridSignIn
import dev.openidclient.testing.pendingAuthorization
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonPrimitive

private const val CALLBACK = "$REDIRECT_URI?code=$CODE&state=$STATE"

private suspend fun signIn(
    callback: String,
    server: StubServer = StubServer().answerTokens(),
    configure: ClientSettings.() -> Unit = { requireAuthorizationResponseIss() },
): TokenResponse = server.client(configure = configure).authorizationCodeGrant(callback, pendingAuthorization())

class ResponseRulesSpec :
    FunSpec({
        context("requireAuthorizationResponseIss()") {
            for (parameter in listOf("", "&iss=")) {
                test("refuses a code without iss (\"$parameter\"), also of a server that does not say it sends one") {
                    val server = StubServer().answerTokens()

                    shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "must have an \"iss\"") {
                        signIn(CALLBACK + parameter, server)
                    }
                    server.received.shouldBeEmpty()
                }
            }

            test("refuses an error without iss, too") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "must have an \"iss\"") {
                    signIn("$REDIRECT_URI?error=access_denied&state=$STATE")
                }
                shouldThrow<AuthorizationResponseException> {
                    signIn("$REDIRECT_URI?error=access_denied&state=$STATE&iss=$ISSUER")
                }
            }

            test("takes a code with iss") { signIn("$CALLBACK&iss=$ISSUER").accessToken shouldBe ACCESS_TOKEN }

            test("takes a response whose ID Token says who sent it") {
                hybridSignIn { requireAuthorizationResponseIss() }.accessToken shouldBe ACCESS_TOKEN
            }
        }

        test("without it a code without iss is taken") { signIn(CALLBACK) {}.accessToken shouldBe ACCESS_TOKEN }

        test("a server that says that it sends iss must send it") {
            val promising = serverMetadata("authorization_response_iss_parameter_supported" to JsonPrimitive(true))
            val server = StubServer().answerTokens()

            shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "must have an \"iss\"") {
                server.client(promising).authorizationCodeGrant(CALLBACK, pendingAuthorization())
            }
            server.received.shouldBeEmpty()
        }

        test("FAPI 2.0 has the rule by itself") {
            shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "must have an \"iss\"") {
                signIn(CALLBACK) {
                    authentication = PrivateKeyJwt(SigningKey.generate("ES256"))
                    fapi2Security()
                }
            }
        }
    })
