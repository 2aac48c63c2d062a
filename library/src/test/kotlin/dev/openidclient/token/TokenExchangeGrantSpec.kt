package dev.openidclient.token

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonPrimitive

private const val SUBJECT_TOKEN = "subject-token"
private val NOT_APPLICABLE = "token_type" to JsonPrimitive("N_A")

class TokenExchangeGrantSpec :
    FunSpec({
        test("the form has the subject token, of the type access token where nothing else is said") {
            val server = StubServer().answerTokens()
            server.client().tokenExchangeGrant(SUBJECT_TOKEN)

            server.lastTo("/token").form.toMap() shouldBe
                mapOf(
                    "subject_token" to listOf(SUBJECT_TOKEN),
                    "subject_token_type" to listOf("urn:ietf:params:oauth:token-type:access_token"),
                    "grant_type" to listOf("urn:ietf:params:oauth:grant-type:token-exchange"),
                    "client_id" to listOf(CLIENT_ID),
                )
        }

        test("the form has its type, and what the caller adds") {
            val server = StubServer().answerTokens()
            server.client().tokenExchangeGrant(SUBJECT_TOKEN, TokenType.ID_TOKEN) {
                parameter("audience", "a")
                parameter("requested_token_type", TokenType.JWT)
                parameter("actor_token", "actor")
                parameter("actor_token_type", TokenType.ACCESS_TOKEN)
            }
            val form = server.lastTo("/token").form

            form["subject_token_type"] shouldBe "urn:ietf:params:oauth:token-type:id_token"
            form["audience"] shouldBe "a"
            form["requested_token_type"] shouldBe "urn:ietf:params:oauth:token-type:jwt"
            form["actor_token"] shouldBe "actor"
            form["actor_token_type"] shouldBe "urn:ietf:params:oauth:token-type:access_token"
        }

        test("what was issued is told") {
            val type = JsonPrimitive(TokenType.SAML2)

            StubServer()
                .answerTokens("issued_token_type" to type)
                .client()
                .tokenExchangeGrant(SUBJECT_TOKEN)
                .issuedTokenType shouldBe "urn:ietf:params:oauth:token-type:saml2"
        }

        context("what is issued may be no access token") {
            fun server() = StubServer().answerTokens(NOT_APPLICABLE)

            test("by the grant") {
                val tokens = server().client().tokenExchangeGrant(SUBJECT_TOKEN)

                tokens.accessToken shouldBe ACCESS_TOKEN
                tokens.tokenType shouldBe "n_a"
            }

            test("by the same grant, named") {
                server().client().grant("urn:ietf:params:oauth:grant-type:token-exchange").tokenType shouldBe "n_a"
            }

            test("also where access tokens must be sender-constrained") {
                server().client { requireSenderConstrained() }.tokenExchangeGrant(SUBJECT_TOKEN).tokenType shouldBe
                    "n_a"
            }

            val others =
                mapOf<String, suspend OpenIdClient.() -> TokenResponse>(
                    "client_credentials" to { clientCredentialsGrant() },
                    "refresh_token" to { refreshTokenGrant("r") },
                    "jwt-bearer" to { jwtBearerGrant("a.b.c") },
                    "any other" to { grant("urn:x") },
                )
            for ((name, grant) in others) {
                test("but not by the grant $name") {
                    shouldFailWith<UnsupportedFeatureException>(
                        ErrorCode.UNSUPPORTED_OPERATION,
                        "\"n_a\"",
                    ) { server().client().grant() }
                }
            }
        }

        test("another token type is rejected") {
            shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "\"mac\"") {
                StubServer()
                    .answerTokens(
                        "token_type" to JsonPrimitive("mac"),
                    ).client()
                    .tokenExchangeGrant(SUBJECT_TOKEN)
            }
        }

        for (name in listOf("subject_token", "subject_token_type", "grant_type", "client_id")) {
            test("the caller cannot set $name") {
                shouldThrow<IllegalArgumentException> {
                    StubServer().client().tokenExchangeGrant(SUBJECT_TOKEN) { parameter(name, "x") }
                }
            }
        }

        for ((token, type) in listOf("" to TokenType.ACCESS_TOKEN, SUBJECT_TOKEN to "")) {
            test("an empty argument is a mistake: \"$token\", \"$type\"") {
                val server = StubServer()

                shouldThrow<IllegalArgumentException> { server.client().tokenExchangeGrant(token, type) }
                server.received.shouldBeEmpty()
            }
        }
    })
