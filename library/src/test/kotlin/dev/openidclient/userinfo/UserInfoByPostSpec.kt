package dev.openidclient.userinfo

import dev.openidclient.client.ClientSettings
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ValidationException
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.grant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.serialization.json.JsonPrimitive

private const val SUBJECT = "248289761001"

private fun server(subject: String = SUBJECT) = StubServer().answer("/userinfo", """{"sub":"$subject"}""")

private suspend fun StubServer.tokens(type: String = "Bearer"): TokenResponse =
    answerTokens("id_token" to idToken(), "token_type" to JsonPrimitive(type)).client().grant("urn:example")

class UserInfoByPostSpec :
    FunSpec({
        test("the access token is in the form, and there is no Authorization header") {
            val server = server()
            server.client().userInfoByPost(server.tokens()).subject shouldBe SUBJECT
            val sent = server.lastTo("/userinfo")

            sent.method shouldBe "POST"
            sent.contentType.orEmpty() shouldStartWith "application/x-www-form-urlencoded"
            sent.form.toMap() shouldBe mapOf("access_token" to listOf(ACCESS_TOKEN))
            sent.header("authorization").shouldBeNull()
        }

        test("a client with a DPoP key sends a bearer token so, without a proof") {
            val server = server()
            server.client().withDpop(Dpop(SigningKey.generate("ES256"))).userInfoByPost(server.tokens())

            server.lastTo("/userinfo").header("dpop").shouldBeNull()
        }

        test("a token that is bound to a DPoP key is refused, and not sent") {
            val server = server()
            val tokens = server.tokens("DPoP")
            shouldThrow<IllegalArgumentException> {
                server.client().withDpop(Dpop(SigningKey.generate("ES256"))).userInfoByPost(tokens)
            }.message shouldContain "must be sent in the header"
            server.countOf("/userinfo") shouldBe 0
        }

        test("tokens of another server are refused, and not sent") {
            val server = server()
            val tokens = server.tokens()
            val other = server.client(serverMetadata("issuer" to JsonPrimitive("https://other.example.com")))

            shouldThrow<IllegalArgumentException> { other.userInfoByPost(tokens) }.message shouldContain
                "use the client that got them"
            server.countOf("/userinfo") shouldBe 0
        }

        val profiles =
            mapOf<String, ClientSettings.() -> ClientSettings>(
                "fapi1Advanced()" to { fapi1Advanced() },
                "fapi2Security()" to { fapi2Security() },
                "fapi2MessageSigning()" to { fapi2MessageSigning() },
                "fapiCiba()" to { fapiCiba() },
            )
        for ((name, choose) in profiles) {
            test("$name refuses it") {
                val server = server()
                val tokens = server.tokens()
                val client =
                    server.client {
                        authentication = PrivateKeyJwt(SigningKey.generate("ES256"))
                        transportPresentsCertificate()
                        choose()
                    }
                shouldThrow<IllegalArgumentException> { client.userInfoByPost(tokens) }
                server.countOf("/userinfo") shouldBe 0
            }
        }

        test("tokens without an ID Token are refused") {
            val server = server()
            shouldThrow<IllegalArgumentException> {
                server.client().userInfoByPost(server.answerTokens().client().grant("urn:example"))
            }
        }

        test("UserInfo of another subject is refused") {
            val server = server("another")
            shouldFailWith<ValidationException>(ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED, "another person") {
                server.client().userInfoByPost(server.tokens())
            }
        }

        test("no message repeats the access token, though the server's answer does") {
            val server =
                StubServer().answer(
                    "/userinfo",
                    "",
                    status = 401,
                    headers = mapOf("WWW-Authenticate" to "Bearer error=\"$ACCESS_TOKEN\""),
                )
            val tokens = server.tokens()
            shouldThrow<OAuthException> { server.client().userInfoByPost(tokens) }.message.orEmpty() shouldNotContain
                ACCESS_TOKEN
        }
    })
