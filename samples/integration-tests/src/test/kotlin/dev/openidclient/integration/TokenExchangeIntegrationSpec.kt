package dev.openidclient.integration

import dev.openidclient.error.ResponseBodyException
import dev.openidclient.token.TokenType
import dev.openidclient.token.introspect
import dev.openidclient.token.jwtBearerGrant
import dev.openidclient.token.samlBearerGrant
import dev.openidclient.token.tokenExchangeGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe

/** RFC 8693 with the Spring server, which has it; RFC 7522 and RFC 7523 are in neither server. */
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

        for (server in SignInServer.all()) {
            "$server: a grant that the server does not have is refused" {
                val client = server.connect()
                shouldThrow<ResponseBodyException> { client.jwtBearerGrant("an.assertion.jwt") }.error shouldBe
                    "unsupported_grant_type"
                shouldThrow<ResponseBodyException> { client.samlBearerGrant("an-assertion") }.error shouldBe
                    "unsupported_grant_type"
            }
        }
    })
