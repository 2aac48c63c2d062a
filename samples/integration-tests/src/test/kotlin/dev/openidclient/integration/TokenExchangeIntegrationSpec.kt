package dev.openidclient.integration

import dev.openidclient.error.ResponseBodyException
import dev.openidclient.resource.resource
import dev.openidclient.token.TokenType
import dev.openidclient.token.introspect
import dev.openidclient.token.jwtBearerGrant
import dev.openidclient.token.samlBearerGrant
import dev.openidclient.token.tokenExchangeGrant
import dev.openidclient.token.verifyIdToken
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

/** RFC 8693 with the Spring server, which has it by itself. */
class TokenExchangeIntegrationSpec :
    StringSpec({
        "the token of a person is exchanged for one with less scope" {
            val server = SignInServer.spring
            val client = server.connect()
            val token = client.signIn(server.browser()) { scope("orders:read") }.accessToken
            val exchanged = client.tokenExchangeGrant(token) { scope("orders:read") }
            exchanged.issuedTokenType shouldBe TokenType.ACCESS_TOKEN
            exchanged.scope shouldBe "orders:read"
            client.introspect(exchanged.accessToken).subject shouldBe "alice"
        }

        "a token that the server does not know is not exchanged" {
            val client = SignInServer.spring.connect()
            shouldThrow<ResponseBodyException> { client.tokenExchangeGrant("no-such-token") }.error shouldBe
                "invalid_grant"
        }

        "a grant that the server does not have is refused" {
            val client = SignInServer.spring.connect()
            shouldThrow<ResponseBodyException> { client.jwtBearerGrant("an.assertion.jwt") }.error shouldBe
                "unsupported_grant_type"
            shouldThrow<ResponseBodyException> { client.samlBearerGrant("an-assertion") }.error shouldBe
                "unsupported_grant_type"
        }
    })

/** RFC 8693 with all its parameters. */
@EnabledIf(OidcProviderAvailable::class)
class TokenExchangeParametersIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.everything

        suspend fun token(person: String = "alice"): String =
            issuer.connect("exchange").signIn(OidcProvider.browser(person)).accessToken

        "a token is exchanged for one with less scope, for another audience" {
            val client = issuer.connect("exchange")
            val exchanged =
                client.tokenExchangeGrant(token()) {
                    scope("email")
                    parameter("audience", issuer.resource)
                }
            exchanged.tokenType shouldBe "bearer"
            exchanged.issuedTokenType shouldBe TokenType.ACCESS_TOKEN
            exchanged.scope shouldBe "email"
            client.introspect(exchanged.accessToken).audience.orEmpty() shouldContainExactly listOf(issuer.resource)
            client.resource(issuer.resource, exchanged).bodyText() shouldContain "\"sub\":\"alice\""
        }

        "a service acts for a person" {
            val client = issuer.connect("exchange")
            val actor = token("bob")
            val exchanged =
                client.tokenExchangeGrant(token()) {
                    parameter("actor_token", actor)
                    parameter("actor_token_type", TokenType.ACCESS_TOKEN)
                }
            val answer = client.introspect(exchanged.accessToken)
            answer.subject shouldBe "alice"
            answer.json.member("act").string("sub") shouldBe "bob"
        }

        "a token is exchanged for an ID Token, which is no access token" {
            val client = issuer.connect("exchange")
            val exchanged =
                client.tokenExchangeGrant(token()) { parameter("requested_token_type", TokenType.ID_TOKEN) }
            exchanged.tokenType shouldBe "n_a"
            exchanged.issuedTokenType shouldBe TokenType.ID_TOKEN
            client.verifyIdToken(exchanged.accessToken, null).subject shouldBe "alice"
        }

        "what the server does not know or allow is refused" {
            val client = issuer.connect("exchange")
            val token = token()
            shouldThrow<ResponseBodyException> { client.tokenExchangeGrant("no-such-token") }.error shouldBe
                "invalid_request"
            shouldThrow<ResponseBodyException> { client.tokenExchangeGrant(token, TokenType.SAML2) }.error shouldBe
                "invalid_request"
            shouldThrow<ResponseBodyException> {
                client.tokenExchangeGrant(token) { scope("orders:read") }
            }.error shouldBe "invalid_scope"
            shouldThrow<ResponseBodyException> {
                client.tokenExchangeGrant(token) { parameter("audience", "https://another.example.com") }
            }.error shouldBe "invalid_target"
        }
    })
