package dev.openidclient.token

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.http.Parameters
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.testing.tokenResponseJson
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive

class TokenRequestSpec :
    FunSpec({
        context("the request") {
            test("is a form that asks for JSON") {
                val server = StubServer().answerTokens()
                server.client().grant("urn:x")
                val request = server.lastTo("/token")

                request.method shouldBe "POST"
                request.contentType shouldBe "application/x-www-form-urlencoded;charset=UTF-8"
                request.header("Accept") shouldBe "application/json"
            }

            test("goes to the token endpoint with its own query") {
                val server = StubServer().answerTokens()
                val endpoint = JsonPrimitive("https://as.example.com/token?tenant=a#f")
                server.client(serverMetadata("token_endpoint" to endpoint)).grant("urn:x")

                server.lastTo("/token").url shouldBe "https://as.example.com/token?tenant=a"
            }

            test("goes to the mutual TLS alias where the client uses those") {
                val server = StubServer().answer("/mtls/token", tokenResponseJson().toString())
                val aliases = json("""{"token_endpoint":"https://mtls.example.com/mtls/token"}""")
                server
                    .client(
                        serverMetadata("mtls_endpoint_aliases" to aliases),
                    ) { metadata { useMtlsEndpointAliases() } }
                    .grant("urn:x")

                server.lastTo("/mtls/token").url shouldBe "https://mtls.example.com/mtls/token"
            }

            test("cannot override the parameters of its grant") {
                val server = StubServer().answerTokens()
                shouldThrow<IllegalArgumentException> {
                    server.client().requestTokens("urn:x", Parameters.of("own" to "1"), { parameter("own", "2") })
                }

                server.received.shouldBeEmpty()
            }

            test("is encoded as the URL standard says") {
                val server = StubServer().answerTokens()
                server.client().requestTokens("urn:x", Parameters.of("own" to "~!'()*-._ ä"), {})

                server.lastTo("/token").body shouldBe
                    "own=%7E%21%27%28%29*-._+%C3%A4&grant_type=urn%3Ax&client_id=s6BhdRkqt3"
            }

            test("shows no value in toString") {
                val server = StubServer().answerTokens()
                server.client().grant("urn:x") {
                    parameter("assertion", ACCESS_TOKEN)
                    toString() shouldContain "assertion"
                    toString() shouldNotContain ACCESS_TOKEN
                }
            }

            val unusable =
                mapOf<JsonElement?, String>(
                    null to ErrorCode.MISSING_SERVER_METADATA,
                    JsonPrimitive("/token") to ErrorCode.INVALID_SERVER_METADATA,
                    JsonPrimitive(1) to ErrorCode.INVALID_SERVER_METADATA,
                    JsonPrimitive("http://as.example.com/token") to ErrorCode.HTTP_REQUEST_FORBIDDEN,
                )
            for ((endpoint, code) in unusable) {
                test("is not sent to the token endpoint $endpoint") {
                    val server = StubServer().answerTokens()
                    shouldThrow<MetadataException> {
                        server.client(serverMetadata("token_endpoint" to endpoint)).grant("urn:x")
                    }.code shouldBe code
                    server.received.shouldBeEmpty()
                }
            }
        }

        context("the answer") {
            fun answering(
                body: String,
                status: Int,
                contentType: String? = "application/json",
                headers: Map<String, String> = emptyMap(),
            ): OpenIdClient = StubServer().answer("/token", body, status, contentType, headers).client()

            val error = """{"error":"invalid_grant","error_description":"expired","hint":"x"}"""

            for (status in listOf(400, 401, 429, 500, 503)) {
                test("with an error and the status $status is that error") {
                    val failure =
                        shouldFailWith<ResponseBodyException>(
                            ErrorCode.RESPONSE_BODY_ERROR,
                            "$status with error \"invalid_grant\"",
                        ) {
                            answering(error, status).grant("urn:x")
                        }

                    failure.status shouldBe status
                    failure.error shouldBe "invalid_grant"
                    failure.errorDescription shouldBe "expired"
                    failure.json shouldBe jsonObject(error)
                }
            }

            test("with a challenge is the challenge, even with an error beside it") {
                val failure =
                    shouldFailWith<WwwAuthenticateChallengeException>(ErrorCode.WWW_AUTHENTICATE_CHALLENGE, "401") {
                        answering(
                            error,
                            401,
                            headers = mapOf("WWW-Authenticate" to "Basic realm=\"as\""),
                        ).grant("urn:x")
                    }

                failure.challenges.map { it.scheme } shouldBe listOf("basic")
                failure.body.decodeToString() shouldBe error
            }

            test("with a challenge that does not parse is the error") {
                shouldThrow<ResponseBodyException> {
                    answering(error, 401, headers = mapOf("WWW-Authenticate" to "Basic realm=\"as")).grant("urn:x")
                }
            }

            test("with a challenge and the status 200 is taken") {
                val headers = mapOf("WWW-Authenticate" to "Basic realm=\"as\"")

                answering(tokenResponseJson().toString(), 200, headers = headers).grant("urn:x").accessToken shouldBe
                    ACCESS_TOKEN
            }

            test("with the status 201 is taken") {
                answering(tokenResponseJson().toString(), 201).grant("urn:x").accessToken shouldBe ACCESS_TOKEN
            }

            test("with an error and the status 200 is that error") {
                val failure =
                    shouldFailWith<ResponseBodyException>(
                        ErrorCode.RESPONSE_BODY_ERROR,
                        "POST $ISSUER/token: the server answered 200 with error \"invalid_grant\"",
                    ) { answering(error, 200).grant("urn:x") }

                failure.status shouldBe 200
            }

            for (harmless in listOf("null", "\"\"")) {
                test("with the error $harmless beside tokens is taken") {
                    val body = """{"access_token":"$ACCESS_TOKEN","token_type":"bearer","error":$harmless}"""
                    answering(body, 200).grant("urn:x").accessToken shouldBe ACCESS_TOKEN
                }
            }

            for (status in listOf(302, 304)) {
                test("with the status $status is rejected, whatever it holds") {
                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.RESPONSE_IS_NOT_CONFORM,
                        "expected status 2xx, got $status",
                    ) {
                        answering(tokenResponseJson().toString(), status).grant("urn:x")
                    }.status shouldBe status
                }
            }

            for (body in listOf("{}", "[]", """{"error":""}""", """{"error":1}""", "x", "")) {
                test("without an OAuth error is only its status: $body") {
                    shouldFailWith<InvalidResponseException>(ErrorCode.RESPONSE_IS_NOT_CONFORM, "400") {
                        answering(body, 400).grant("urn:x")
                    }
                }
            }

            for (type in listOf("text/html", "application/problem+json", null)) {
                test("with an error labelled $type is that error") {
                    shouldFailWith<ResponseBodyException>(ErrorCode.RESPONSE_BODY_ERROR, "invalid_grant") {
                        answering(error, 400, type).grant("urn:x")
                    }
                }
            }

            test("may be JSON under another label") {
                answering(tokenResponseJson().toString(), 200, "text/html").grant("urn:x").accessToken shouldBe
                    ACCESS_TOKEN
            }

            test("that is no JSON is rejected by its label") {
                shouldFailWith<InvalidResponseException>(ErrorCode.RESPONSE_IS_NOT_JSON, "text/html") {
                    answering("<html>", 200, "text/html").grant("urn:x")
                }
            }

            test("that is no JSON, but says so, is rejected") {
                shouldFailWith<InvalidResponseException>(ErrorCode.PARSE_ERROR, "labelled JSON") {
                    answering("access_token=x", 200).grant("urn:x")
                }
            }

            for (body in listOf("[]", "null", "\"x\"")) {
                test("must be an object, rejects $body") {
                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "JSON object") {
                        answering(body, 200).grant("urn:x")
                    }
                }
            }
        }
    })
