package dev.openidclient.token

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonPrimitive

class ClientCredentialsGrantSpec :
    FunSpec({
        test("the request has the grant type and the client's credentials") {
            val server = StubServer().answerTokens()
            val tokens = server.client { clientSecret("secret") }.clientCredentialsGrant()

            server.lastTo("/token").body shouldBe
                "grant_type=client_credentials&client_id=s6BhdRkqt3&client_secret=secret"
            tokens.accessToken shouldBe ACCESS_TOKEN
        }

        test("the caller's scope and resources come first") {
            val server = StubServer().answerTokens()
            server.client().clientCredentialsGrant {
                scope("orders:read", "orders:write")
                resource("https://a.example.com", "https://b.example.com")
            }

            server.lastTo("/token").body shouldBe
                "scope=orders%3Aread+orders%3Awrite" +
                "&resource=https%3A%2F%2Fa.example.com&resource=https%3A%2F%2Fb.example.com" +
                "&grant_type=client_credentials&client_id=s6BhdRkqt3"
        }

        for (name in listOf("grant_type", "client_id", "client_secret", "client_assertion", "client_assertion_type")) {
            test("rejects $name as any parameter") {
                shouldThrow<IllegalArgumentException> {
                    StubServer().answerTokens().client().clientCredentialsGrant { parameter(name, "x") }
                }.message shouldBe "parameter \"$name\" is set by the operation itself"
            }
        }

        test("rejects an ID Token that does not hold") {
            shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"aud\"") {
                StubServer()
                    .answerTokens("id_token" to idToken("aud" to JsonPrimitive("other")))
                    .client()
                    .clientCredentialsGrant()
            }
        }

        test("rejects the token type of a token exchange") {
            shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "\"n_a\"") {
                StubServer().answerTokens("token_type" to JsonPrimitive("N_A")).client().clientCredentialsGrant()
            }
        }
    })
