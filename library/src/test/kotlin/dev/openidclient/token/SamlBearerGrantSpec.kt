package dev.openidclient.token

import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe

class SamlBearerGrantSpec :
    FunSpec({
        test("the assertion is sent as base64url of its UTF-8 bytes, without padding") {
            val server = StubServer().answerTokens()
            server.client().samlBearerGrant("<a>ü??>~~</a>") { scope("s") }.accessToken shouldBe ACCESS_TOKEN

            server.lastTo("/token").form.toMap() shouldBe
                mapOf(
                    "scope" to listOf("s"),
                    "assertion" to listOf("PGE-w7w_Pz5-fjwvYT4"),
                    "grant_type" to listOf("urn:ietf:params:oauth:grant-type:saml2-bearer"),
                    "client_id" to listOf(CLIENT_ID),
                )
        }

        test("an empty assertion is a mistake") {
            val server = StubServer()

            shouldThrow<IllegalArgumentException> { server.client().samlBearerGrant("") }
            server.received.shouldBeEmpty()
        }
    })
