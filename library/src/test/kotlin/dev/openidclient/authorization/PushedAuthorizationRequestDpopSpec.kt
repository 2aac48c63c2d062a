package dev.openidclient.authorization

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.clientauth.ClientSecretPost
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.http.Parameters
import dev.openidclient.jose.Jwt
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.REQUEST_URI
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerPush
import dev.openidclient.testing.json
import dev.openidclient.testing.pushableMetadata
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.ktor.client.engine.mock.respond
import io.ktor.http.HttpStatusCode
import io.ktor.http.headersOf
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

private suspend fun OpenIdClient.push(): AuthorizationRequest = push(authorizationRequest { redirectUri(REDIRECT_URI) })

/** Wants a nonce until it has answered [refusals] requests, then takes every one. */
private fun nonceServer(refusals: Int): StubServer {
    val server = StubServer()
    return server.on("/par") {
        val wants = server.countOf("/par") <= refusals
        val body = if (wants) """{"error":"use_dpop_nonce"}""" else """{"request_uri":"$REQUEST_URI","expires_in":60}"""
        val headers =
            headersOf(
                "Content-Type" to listOf("application/json"),
                "DPoP-Nonce" to listOf("nonce-${server.countOf("/par")}"),
            )
        respond(body, if (wants) HttpStatusCode.BadRequest else HttpStatusCode.Created, headers)
    }
}

class PushedAuthorizationRequestDpopSpec :
    FunSpec({
        context("with DPoP") {
            fun OpenIdClient.proving() = withDpop(Dpop(SigningKey.generate("ES256")))

            test("there is a proof of the request, of no access token") {
                val server = StubServer().answerPush()
                server.client(pushableMetadata()).proving().push()
                val sent = server.lastTo("/par")
                val proof = Jwt.parse(sent.header("dpop").orEmpty(), "proof").claims

                proof["htm"] shouldBe JsonPrimitive("POST")
                proof["htu"] shouldBe JsonPrimitive("$ISSUER/par")
                ("ath" in proof) shouldBe false
                sent.header("authorization").shouldBeNull()
            }

            test("the request is sent again, once, with the nonce that the server wants") {
                val server = nonceServer(refusals = 1)
                server.client(pushableMetadata()).proving().push().parameters["request_uri"] shouldBe REQUEST_URI

                server.countOf("/par") shouldBe 2
                Jwt.parse(server.lastTo("/par").header("dpop").orEmpty(), "proof").claims["nonce"] shouldBe
                    JsonPrimitive("nonce-1")
            }

            test("the request is not sent a third time") {
                val server = nonceServer(refusals = 2)

                shouldFailWith<ResponseBodyException>(ErrorCode.RESPONSE_BODY_ERROR, "use_dpop_nonce") {
                    server.client(pushableMetadata()).proving().push()
                }
                server.countOf("/par") shouldBe 2
            }

            test("there is no proof, and no second request, without a key") {
                val server = nonceServer(refusals = 1)

                shouldFailWith<ResponseBodyException>(ErrorCode.RESPONSE_BODY_ERROR, "use_dpop_nonce") {
                    server.client(pushableMetadata()).push()
                }
                server.lastTo("/par").header("dpop").shouldBeNull()
                server.countOf("/par") shouldBe 1
            }
        }
    })
