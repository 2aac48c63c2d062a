package dev.openidclient.token

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain

class JwtBearerGrantSpec :
    FunSpec({
        test("the assertion is sent as it is") {
            val server = StubServer().answerTokens()
            server.client().jwtBearerGrant("aa.bb-_.cc") { scope("s") }.accessToken shouldBe ACCESS_TOKEN

            server.lastTo("/token").form.toMap() shouldBe
                mapOf(
                    "scope" to listOf("s"),
                    "assertion" to listOf("aa.bb-_.cc"),
                    "grant_type" to listOf("urn:ietf:params:oauth:grant-type:jwt-bearer"),
                    "client_id" to listOf(CLIENT_ID),
                )
        }

        for (name in listOf("assertion", "grant_type")) {
            test("the caller cannot set $name") {
                shouldThrow<IllegalArgumentException> {
                    StubServer().client().jwtBearerGrant(
                        "a.b.c",
                    ) { parameter(name, "x") }
                }
            }
        }

        test("an empty assertion is a mistake") {
            val server = StubServer()

            shouldThrow<IllegalArgumentException> { server.client().jwtBearerGrant("") }
            server.received.shouldBeEmpty()
        }

        test("a refusal does not show the assertion") {
            val refusing = """{"error":"invalid_grant","error_description":"unknown assertion aa.bb.cc"}"""

            shouldFailWith<ResponseBodyException>(ErrorCode.RESPONSE_BODY_ERROR, "invalid_grant") {
                StubServer().answer("/token", refusing, 400).client().jwtBearerGrant("aa.bb.cc")
            }.message.orEmpty() shouldNotContain "aa.bb.cc"
        }
    })
