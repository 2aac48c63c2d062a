package dev.openidclient.token

import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonPrimitive
import java.time.Instant

private val METADATA = serverMetadata("introspection_endpoint" to JsonPrimitive("$ISSUER/introspect"))

private fun server(
    body: String = """{"active":true}""",
    status: Int = 200,
    contentType: String = "application/json",
    headers: Map<String, String> = emptyMap(),
) = StubServer().answer("/introspect", body, status, contentType, headers)

private suspend fun introspect(body: String): IntrospectionResponse =
    server(body).client(METADATA).introspect("a-token")

class IntrospectionSpec :
    FunSpec({
        test("an error with the status 200 is that error") {
            shouldFailWith<ResponseBodyException>(ErrorCode.RESPONSE_BODY_ERROR, "invalid_request") {
                introspect("""{"error":"invalid_request"}""")
            }
        }

        context("the request") {
            test("names token, hint and client, and wants JSON") {
                val server = server()
                server.client(METADATA).introspect("a-token") {
                    tokenTypeHint("refresh_token")
                    parameter("x", "1")
                }
                val sent = server.lastTo("/introspect")

                sent.method shouldBe "POST"
                sent.header("accept") shouldBe "application/json"
                sent.form.toMap() shouldBe
                    mapOf(
                        "token_type_hint" to listOf("refresh_token"),
                        "x" to listOf("1"),
                        "token" to listOf("a-token"),
                        "client_id" to listOf(CLIENT_ID),
                    )
            }

            test("authenticates the client") {
                val server = server()
                server.client(METADATA) { authentication = ClientSecretBasic("s3cret") }.introspect("a-token")

                server.lastTo("/introspect").header("authorization").shouldNotBeNull()
            }

            test("has no DPoP proof") {
                val server = server()
                server.client(METADATA).withDpop(Dpop(SigningKey.generate("ES256"))).introspect("a-token")

                server.lastTo("/introspect").header("dpop").shouldBeNull()
            }

            for (name in listOf("token", "client_id", "client_secret", "client_assertion", "client_assertion_type")) {
                test("refuses the parameter $name") {
                    shouldThrow<IllegalArgumentException> {
                        server()
                            .client(
                                METADATA,
                            ).introspect("a-token") { parameter(name, "x") }
                    }
                }
            }

            test("is not made for an empty token") {
                val server = server()

                shouldThrow<IllegalArgumentException> { server.client(METADATA).introspect("") }
                server.received.shouldBeEmpty()
            }
        }

        context("the answer") {
            test("of an active token is read") {
                val response =
                    introspect(
                        """{"active":true,"scope":"a b","client_id":"c","username":"u","token_type":"DPoP","exp":1,
                            "iat":2,"nbf":3,"sub":"s","aud":["x","y"],"iss":"i","jti":"j","sid":"session",
                            "cnf":{"jkt":"t"},"authorization_details":[{"type":"payment"}],"own":1}""",
                    )

                response.isActive shouldBe true
                response.scope shouldBe "a b"
                response.clientId shouldBe "c"
                response.username shouldBe "u"
                response.tokenType shouldBe "DPoP"
                response.expiresAt shouldBe Instant.ofEpochSecond(1)
                response.issuedAt shouldBe Instant.ofEpochSecond(2)
                response.notBefore shouldBe Instant.ofEpochSecond(3)
                response.subject shouldBe "s"
                response.audience shouldBe listOf("x", "y")
                response.issuer shouldBe "i"
                response.jwtId shouldBe "j"
                response.sessionId shouldBe "session"
                response.confirmation?.jwkThumbprint shouldBe "t"
                response.authorizationDetails?.map { it.type } shouldBe listOf("payment")
                response["own"] shouldBe JsonPrimitive(1)
            }

            test("of another token says no more") {
                val response = introspect("""{"active":false}""")

                response.isActive shouldBe false
                response.scope.shouldBeNull()
                response.expiresAt.shouldBeNull()
            }

            test("does not show who the person is") {
                introspect("""{"active":true,"sub":"alice","username":"alice"}""").toString() shouldNotContain "alice"
            }

            test("throws where a member of the wrong type is read") {
                shouldThrow<OAuthException> { introspect("""{"active":true,"exp":"soon"}""").expiresAt }.code shouldBe
                    ErrorCode.INVALID_RESPONSE
            }
        }

        context("the answer is rejected") {
            for (active in listOf("", "\"active\":null", "\"active\":\"true\"", "\"active\":1", "\"active\":{}")) {
                test("with {$active}") {
                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.INVALID_RESPONSE,
                        "\"active\" must be true or false",
                    ) {
                        introspect("{$active}")
                    }
                }
            }

            test("not for its status 201") {
                server(status = 201).client(METADATA).introspect("a-token").isActive shouldBe true
            }

            for (status in listOf(302, 500)) {
                test("with the status $status") {
                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.RESPONSE_IS_NOT_CONFORM,
                        "expected status 2xx, got $status",
                    ) {
                        server(status = status).client(METADATA).introspect("a-token")
                    }
                }
            }

            test("with an OAuth error, as that error") {
                shouldFailWith<ResponseBodyException>(ErrorCode.RESPONSE_BODY_ERROR, "invalid_client") {
                    server("""{"error":"invalid_client"}""", 401).client(METADATA).introspect("a-token")
                }
            }

            test("with a challenge, as that challenge") {
                shouldFailWith<WwwAuthenticateChallengeException>(ErrorCode.WWW_AUTHENTICATE_CHALLENGE, "basic") {
                    server(
                        status = 401,
                        headers = mapOf("WWW-Authenticate" to "Basic"),
                    ).client(METADATA).introspect("a-token")
                }
            }

            test("where it is no JSON") {
                shouldFailWith<InvalidResponseException>(ErrorCode.RESPONSE_IS_NOT_JSON, "text/html") {
                    server("<p>", contentType = "text/html").client(METADATA).introspect("a-token")
                }
            }
        }

        test("a server without the endpoint is rejected") {
            shouldFailWith<MetadataException>(ErrorCode.MISSING_SERVER_METADATA, "\"introspection_endpoint\"") {
                server().client().introspect("a-token")
            }
        }
    })
