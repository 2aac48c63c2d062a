package dev.openidclient.token

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NONCE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonPrimitive

private const val TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"

class GrantSpec :
    FunSpec({
        test("the request has the caller's parameters, in order, then the grant type and the client") {
            val server = StubServer().answerTokens()
            server.client().grant(TOKEN_EXCHANGE) {
                parameter("subject_token", "a b")
                scope("x")
                parameter("refresh_token", "r")
            }

            server.lastTo("/token").body shouldBe
                "subject_token=a+b&scope=x&refresh_token=r" +
                "&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&client_id=s6BhdRkqt3"
        }

        test("rejects an empty grant type and sends nothing") {
            val server = StubServer().answerTokens()
            shouldThrow<IllegalArgumentException> { server.client().grant("") }

            server.received.shouldBeEmpty()
        }

        test("rejects the grant type as any parameter") {
            shouldThrow<IllegalArgumentException> {
                StubServer().answerTokens().client().grant("x") { parameter("grant_type", "y") }
            }
        }

        test("a token exchange may issue what is no access token") {
            val server =
                StubServer().answerTokens(
                    "token_type" to JsonPrimitive("N_A"),
                    "issued_token_type" to JsonPrimitive("urn:x"),
                )
            val tokens = server.client().grant(TOKEN_EXCHANGE)

            tokens.tokenType shouldBe "n_a"
            tokens["issued_token_type"] shouldBe JsonPrimitive("urn:x")
        }

        for (grantType in listOf("urn:x", "${TOKEN_EXCHANGE}2", "refresh_token")) {
            test("any other grant rejects the token type of a token exchange: $grantType") {
                shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "\"n_a\"") {
                    StubServer().answerTokens("token_type" to JsonPrimitive("n_a")).client().grant(grantType)
                }
            }
        }

        test("an ID Token is validated") {
            shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"iss\"") {
                StubServer()
                    .answerTokens(
                        "id_token" to idToken("iss" to JsonPrimitive("$ISSUER/")),
                    ).client()
                    .grant("urn:x")
            }
        }

        test("the nonce of an ID Token is not looked at") {
            val server = StubServer().answerTokens("id_token" to idToken("nonce" to JsonPrimitive(NONCE)))

            server.client().grant("urn:x").claims?.nonce shouldBe NONCE
        }
    })
