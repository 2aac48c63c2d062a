package dev.openidclient.userinfo

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.json
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.token.grant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive

private const val SUBJECT = "248289761001"
private const val USER = """{"sub":"$SUBJECT","email":"jane@example.com","x":[1]}"""

class UserInfoRequestSpec :
    FunSpec({
        fun answering(
            body: String,
            status: Int = 200,
            contentType: String? = "application/json",
            headers: Map<String, String> = emptyMap(),
        ): OpenIdClient = StubServer().answer("/userinfo", body, status, contentType, headers).client()

        test("returns the claims of the person, known and unknown") {
            val user = answering(USER).userInfo(ACCESS_TOKEN, SUBJECT)

            user.subject shouldBe SUBJECT
            user.email shouldBe "jane@example.com"
            user["x"] shouldBe json("[1]")
        }

        test("an error with the status 200 is that error") {
            shouldFailWith<ResponseBodyException>(ErrorCode.RESPONSE_BODY_ERROR, "temporarily_unavailable") {
                answering("""{"error":"temporarily_unavailable"}""").userInfo(ACCESS_TOKEN, SUBJECT)
            }
        }

        context("the request") {
            test("is a GET that the access token authorizes, and asks for JSON or a JWT") {
                val server = StubServer().answer("/userinfo", USER)
                server.client { clientSecret("secret") }.userInfo(ACCESS_TOKEN, SUBJECT)
                val request = server.lastTo("/userinfo")

                request.method shouldBe "GET"
                request.url shouldBe "https://as.example.com/userinfo"
                request.header("Authorization") shouldBe "Bearer $ACCESS_TOKEN"
                request.header("Accept") shouldBe "application/json, application/jwt"
                request.body shouldBe ""
            }

            test("goes to the mutual TLS alias where the client uses those") {
                val server = StubServer().answer("/mtls/userinfo", USER)
                val aliases = json("""{"userinfo_endpoint":"https://mtls.example.com/mtls/userinfo"}""")
                server
                    .client(
                        serverMetadata("mtls_endpoint_aliases" to aliases),
                    ) { metadata { useMtlsEndpointAliases() } }
                    .userInfo(ACCESS_TOKEN, SUBJECT)

                server.countOf("/mtls/userinfo") shouldBe 1
            }

            test("is not sent without an access token") {
                val server = StubServer().answer("/userinfo", USER)
                shouldThrow<IllegalArgumentException> { server.client().userInfo("", SUBJECT) }

                server.received.shouldBeEmpty()
            }

            test("is not sent without an expected subject") {
                val server = StubServer().answer("/userinfo", USER)
                shouldThrow<IllegalArgumentException> { server.client().userInfo(ACCESS_TOKEN, "") }

                server.received.shouldBeEmpty()
            }

            val unusable =
                mapOf<JsonElement?, String>(
                    null to ErrorCode.MISSING_SERVER_METADATA,
                    JsonPrimitive("/userinfo") to ErrorCode.INVALID_SERVER_METADATA,
                    JsonPrimitive("http://as.example.com/userinfo") to ErrorCode.HTTP_REQUEST_FORBIDDEN,
                )
            for ((endpoint, code) in unusable) {
                test("is not sent to the UserInfo endpoint $endpoint") {
                    val server = StubServer().answer("/userinfo", USER)
                    shouldThrow<MetadataException> {
                        server.client(serverMetadata("userinfo_endpoint" to endpoint)).userInfo(ACCESS_TOKEN, SUBJECT)
                    }.code shouldBe code
                    server.received.shouldBeEmpty()
                }
            }
        }

        context("with tokens") {
            test("expects the subject of their ID Token") {
                val server = StubServer().answerTokens("id_token" to idToken()).answer("/userinfo", USER)
                val client = server.client()

                client.userInfo(client.grant("urn:x")).subject shouldBe SUBJECT
                server.lastTo("/userinfo").header("Authorization") shouldBe "Bearer $ACCESS_TOKEN"
            }

            test("rejects another subject than their ID Token's") {
                val server =
                    StubServer()
                        .answerTokens(
                            "id_token" to idToken("sub" to JsonPrimitive("other")),
                        ).answer("/userinfo", USER)
                val client = server.client()

                shouldFailWith<ValidationException>(
                    ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED,
                    "expected \"sub\" \"other\"",
                ) {
                    client.userInfo(client.grant("urn:x"))
                }
            }

            test("needs an ID Token among them") {
                val server = StubServer().answerTokens().answer("/userinfo", USER)
                val client = server.client()

                shouldThrow<IllegalArgumentException> { client.userInfo(client.grant("urn:x")) }
                    .message shouldContain "\"openid\""
                server.countOf("/userinfo") shouldBe 0
            }
        }

        context("the subject") {
            for (other in listOf("other", "248289761001 ", "24828976100")) {
                test("must be exactly the expected one, rejects $SUBJECT for \"$other\"") {
                    shouldFailWith<ValidationException>(ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED, "another person") {
                        answering(USER).userInfo(ACCESS_TOKEN, other)
                    }
                }
            }

            for (user in listOf("{}", """{"sub":""}""", """{"sub":null}""", """{"sub":1}""")) {
                test("must be there, rejects $user") {
                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "UserInfo: \"sub\" must be") {
                        answering(user).userInfo(ACCESS_TOKEN, SUBJECT)
                    }
                }

                test("must be there even where it is not compared, rejects $user") {
                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "UserInfo: \"sub\" must be") {
                        answering(user).userInfoWithoutSubjectCheck(ACCESS_TOKEN)
                    }
                }
            }

            test("may be anyone where it is not compared") {
                answering(USER).userInfoWithoutSubjectCheck(ACCESS_TOKEN).subject shouldBe SUBJECT
            }
        }

        context("the answer") {
            for (status in listOf(401, 403, 500, 200)) {
                test("with a challenge and the status $status is the challenge") {
                    val challenge = mapOf("WWW-Authenticate" to "Bearer error=\"invalid_token\"")
                    val failure =
                        shouldFailWith<WwwAuthenticateChallengeException>(
                            ErrorCode.WWW_AUTHENTICATE_CHALLENGE,
                            "$status",
                        ) {
                            answering(USER, status, headers = challenge).userInfo(ACCESS_TOKEN, SUBJECT)
                        }

                    failure.challenges.single().error shouldBe "invalid_token"
                }
            }

            test("with a challenge that does not parse is taken") {
                val headers = mapOf("WWW-Authenticate" to "Bearer error=\"x")

                answering(USER, headers = headers).userInfo(ACCESS_TOKEN, SUBJECT).subject shouldBe SUBJECT
            }

            test("401 is the refusal of the access token, with the error of the body where there is no challenge") {
                val body = """{"error":"invalid_token","error_description":"expired"}"""
                val failure =
                    shouldFailWith<WwwAuthenticateChallengeException>(
                        ErrorCode.WWW_AUTHENTICATE_CHALLENGE,
                        "GET $ISSUER/userinfo: the server answered 401 with error \"invalid_token\": expired",
                    ) { answering(body, 401).userInfo(ACCESS_TOKEN, SUBJECT) }

                failure.challenges shouldBe emptyList()
                failure.error shouldBe "invalid_token"
                failure.errorDescription shouldBe "expired"
                failure.body.decodeToString() shouldBe body
            }

            test("401 is the refusal of the access token, where nothing says why") {
                val failure =
                    shouldThrow<WwwAuthenticateChallengeException> {
                        answering("", 401).userInfo(ACCESS_TOKEN, SUBJECT)
                    }
                failure.error.shouldBeNull()
                failure.challenges shouldBe emptyList()
            }

            for (status in listOf(400, 403, 500)) {
                test("with an OAuth error and the status $status is that error") {
                    shouldThrow<ResponseBodyException> {
                        answering("""{"error":"x","sub":"$SUBJECT"}""", status).userInfo(ACCESS_TOKEN, SUBJECT)
                    }.status shouldBe status
                }
            }

            for (status in listOf(302, 304)) {
                test("with the status $status is rejected, even with an OAuth error") {
                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.RESPONSE_IS_NOT_CONFORM,
                        "expected status 2xx, got $status",
                    ) {
                        answering("""{"error":"x","sub":"$SUBJECT"}""", status).userInfo(ACCESS_TOKEN, SUBJECT)
                    }.status shouldBe status
                }
            }

            test("may be JSON under another label") {
                answering(USER, contentType = "text/plain").userInfo(ACCESS_TOKEN, SUBJECT).subject shouldBe SUBJECT
            }

            test("that is no JSON is rejected by its label") {
                shouldFailWith<InvalidResponseException>(ErrorCode.RESPONSE_IS_NOT_JSON, "text/html") {
                    answering("<html>", contentType = "text/html").userInfo(ACCESS_TOKEN, SUBJECT)
                }
            }

            test("that is no JSON, but says so, is rejected") {
                shouldFailWith<InvalidResponseException>(ErrorCode.PARSE_ERROR, "labelled JSON") {
                    answering("sub=x").userInfo(ACCESS_TOKEN, SUBJECT)
                }
            }

            test("must be an object") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "JSON object") {
                    answering("[$USER]").userInfo(ACCESS_TOKEN, SUBJECT)
                }
            }
        }

        test("a claim that is absent is null") {
            answering(USER).userInfo(ACCESS_TOKEN, SUBJECT).phoneNumber.shouldBeNull()
        }
    })
