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
import dev.openidclient.error.Reached
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
import io.kotest.assertions.throwables.shouldNotThrowAny
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

private suspend fun pushed(body: String): AuthorizationRequest =
    StubServer().answerPush(body).client(pushableMetadata()).push()

class PushedAuthorizationRequestSpec :
    FunSpec({
        context("what is pushed") {
            val server = StubServer().answerPush()
            val client = server.client(pushableMetadata())

            test("is posted as a form, and JSON is wanted") {
                client.push()
                val sent = server.lastTo("/par")

                sent.method shouldBe "POST"
                sent.contentType.orEmpty() shouldStartWith "application/x-www-form-urlencoded"
                sent.header("accept") shouldBe "application/json"
            }

            test("is the whole request") {
                val request =
                    client.authorizationRequest {
                        scope("openid")
                        resource("https://a", "https://b")
                    }
                client.push(request)

                server.lastTo("/par").form shouldBe request.parameters
            }

            test("is not what the endpoint's own query has") {
                val own = pushableMetadata("authorization_endpoint" to JsonPrimitive("$ISSUER/authorize?tenant=a"))
                server.client(own).push()

                server.lastTo("/par").form["tenant"].shouldBeNull()
            }

            test("is a request object where the request is signed") {
                val request = client.sign(client.authorizationRequest(), SigningKey.generate("ES256"))
                client.push(request)

                server.lastTo("/par").form shouldBe
                    Parameters.of("request" to request.parameters["request"].orEmpty(), "client_id" to CLIENT_ID)
            }
        }

        context("the client authenticates") {
            suspend fun sent(configure: ClientSettings.() -> Unit) =
                StubServer().answerPush().also { it.client(pushableMetadata(), configure).push() }.lastTo("/par")

            test("with its id alone, where it is public") {
                sent {}.form.all("client_id") shouldBe listOf(CLIENT_ID)
            }

            test("with its secret in the body") {
                val form = sent { authentication = ClientSecretPost("s3cret") }.form

                form.all("client_id") shouldBe listOf(CLIENT_ID)
                form.all("client_secret") shouldBe listOf("s3cret")
            }

            test("with its secret in the header, and names itself in the body") {
                val request = sent { authentication = ClientSecretBasic("s3cret") }

                request.header("authorization").orEmpty() shouldStartWith "Basic "
                request.form.all("client_id") shouldBe listOf(CLIENT_ID)
            }

            test("with an assertion") {
                sent {
                    authentication =
                        PrivateKeyJwt(
                            SigningKey.generate("ES256"),
                        )
                }.form["client_assertion"].shouldNotBeNull()
            }
        }

        context("the pushed request") {
            val client = StubServer().answerPush().client(pushableMetadata())

            test("is sent by reference, with the client and nothing else") {
                client.push().url shouldBe
                    "$ISSUER/authorize?${Parameters.of(
                        "request_uri" to REQUEST_URI,
                        "client_id" to CLIENT_ID,
                    ).encode()}"
            }

            test("keeps the endpoint's own query") {
                val own = pushableMetadata("authorization_endpoint" to JsonPrimitive("$ISSUER/authorize?tenant=a"))

                StubServer().answerPush().client(own).push().url shouldStartWith
                    "$ISSUER/authorize?tenant=a&request_uri="
            }

            test("has the same pending as before") {
                val request = client.authorizationRequest()

                client.push(request).pending shouldBeSameInstanceAs request.pending
            }

            test("knows how long it lives") {
                client.push().requestUriLifetime shouldBe Duration.ofSeconds(60)
                client.authorizationRequest().requestUriLifetime.shouldBeNull()
            }

            test("is not pushed again") {
                val server = StubServer().answerPush()
                val pushing = server.client(pushableMetadata())
                val request = pushing.push()

                shouldThrow<IllegalArgumentException> { pushing.push(request) }.message shouldContain "pushed already"
                server.countOf("/par") shouldBe 1
            }
        }

        context("expires_in") {
            for ((value, seconds) in listOf("0" to 0L, "\"60\"" to 60L, "\"60s\"" to 60L, "[60]" to 60L)) {
                test("is taken as $value") {
                    pushed("""{"request_uri":"urn:x","expires_in":$value}""").requestUriLifetime shouldBe
                        Duration.ofSeconds(seconds)
                }
            }

            for (value in listOf("null", "-1", "true", "\"\"", "\"soon\"", "{}", "[]")) {
                test("is rejected as $value") {
                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"expires_in\"") {
                        pushed("""{"request_uri":"urn:x","expires_in":$value}""")
                    }
                }
            }

            test("is rejected where it is missing") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"expires_in\"") {
                    pushed("""{"request_uri":"urn:x"}""")
                }
            }
        }

        context("request_uri is rejected") {
            for (member in listOf("", "\"request_uri\":null,", "\"request_uri\":\"\",", "\"request_uri\":1,")) {
                test(member.ifEmpty { "where it is missing" }) {
                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"request_uri\"") {
                        pushed("""{$member"expires_in":60}""")
                    }
                }
            }
        }

        context("the answer is rejected") {
            val body = """{"request_uri":"$REQUEST_URI","expires_in":60}"""

            suspend fun push(server: StubServer) = server.client(pushableMetadata()).push()

            test("not for its status 200, as some servers have it") {
                shouldNotThrowAny { push(StubServer().answer("/par", body, 200)) }
            }

            test("with an error and the status 200, as that error") {
                shouldFailWith<ResponseBodyException>(ErrorCode.RESPONSE_BODY_ERROR, "POST $ISSUER/par: ") {
                    push(StubServer().answer("/par", """{"error":"invalid_request"}""", 200))
                }.reached shouldBe Reached.ANSWERED
            }

            for (status in listOf(302, 500)) {
                test("with the status $status") {
                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.RESPONSE_IS_NOT_CONFORM,
                        "expected status 2xx, got $status",
                    ) {
                        push(StubServer().answer("/par", body, status))
                    }
                }
            }

            test("with an OAuth error, as that error") {
                shouldFailWith<ResponseBodyException>(ErrorCode.RESPONSE_BODY_ERROR, "invalid_request") {
                    push(StubServer().answer("/par", """{"error":"invalid_request"}""", 400))
                }.status shouldBe 400
            }

            test("with a challenge, as that challenge") {
                shouldFailWith<WwwAuthenticateChallengeException>(ErrorCode.WWW_AUTHENTICATE_CHALLENGE, "basic") {
                    push(
                        StubServer().answer(
                            "/par",
                            "{}",
                            401,
                            headers =
                                mapOf("WWW-Authenticate" to "Basic realm=\"x\""),
                        ),
                    )
                }
            }

            test("where it is no JSON") {
                shouldFailWith<InvalidResponseException>(ErrorCode.RESPONSE_IS_NOT_JSON, "text/html") {
                    push(StubServer().answer("/par", "<p>", 201, "text/html"))
                }
            }

            test("where it is no JSON object") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must be a JSON object") {
                    push(StubServer().answerPush("[]"))
                }
            }
        }

        context("the endpoint") {
            test("is rejected where it is missing") {
                shouldFailWith<MetadataException>(
                    ErrorCode.MISSING_SERVER_METADATA,
                    "\"pushed_authorization_request_endpoint\"",
                ) {
                    StubServer().answerPush().client(serverMetadata()).push()
                }
            }

            test("is rejected where it is not https") {
                val http = "pushed_authorization_request_endpoint" to JsonPrimitive("http://as.example.com/par")

                shouldFailWith<MetadataException>(ErrorCode.HTTP_REQUEST_FORBIDDEN, "only https") {
                    StubServer().answerPush().client(serverMetadata(http)).push()
                }
            }

            test("is the mutual TLS alias where the client uses these") {
                val aliases = json("""{"pushed_authorization_request_endpoint":"https://mtls.example.com/par"}""")
                val server = StubServer().answerPush()
                server
                    .client(
                        pushableMetadata("mtls_endpoint_aliases" to aliases),
                    ) { metadata { useMtlsEndpointAliases() } }
                    .push()

                server.lastTo("/par").url shouldBe "https://mtls.example.com/par"
            }
        }
    })
