package dev.openidclient.token

import dev.openidclient.clientauth.ClientSecretPost
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.RecordingTransport
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.response
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonPrimitive

private val METADATA = serverMetadata("revocation_endpoint" to JsonPrimitive("$ISSUER/revoke"))

/** What is sent to revoke a token where the server answers with [answer]. */
private suspend fun revoke(
    answer: HttpResponse = HttpResponse(200),
    configure: TokenQueryBuilder.() -> Unit = {},
): HttpRequest {
    val transport = RecordingTransport { answer }
    val client =
        StubServer().client(METADATA) {
            this.transport = transport
            authentication = ClientSecretPost("s3cret")
        }
    client.withDpop(Dpop(SigningKey.generate("ES256"))).revoke("a-token", configure)
    return transport.requests.single()
}

class RevocationSpec :
    FunSpec({
        context("the request") {
            test("names token and hint, and authenticates the client") {
                val sent = revoke { tokenTypeHint("access_token") }

                sent.method shouldBe "POST"
                sent.url shouldBe "$ISSUER/revoke"
                sent.body?.parameters?.toMap() shouldBe
                    mapOf(
                        "token_type_hint" to listOf("access_token"),
                        "token" to listOf("a-token"),
                        "client_id" to listOf(CLIENT_ID),
                        "client_secret" to listOf("s3cret"),
                    )
            }

            test("says neither what it accepts nor who holds which key") {
                revoke().headers.names shouldBe
                    setOf("user-agent")
            }

            for (name in listOf("token", "client_id", "client_secret")) {
                test("refuses the parameter $name") {
                    shouldThrow<IllegalArgumentException> { revoke { parameter(name, "x") } }
                }
            }

            test("is not made for an empty token") {
                val server = StubServer()

                shouldThrow<IllegalArgumentException> { server.client(METADATA).revoke("") }
                server.received.shouldBeEmpty()
            }
        }

        context("the answer is taken") {
            for (status in listOf(201, 202, 204)) {
                test("with $status") {
                    shouldNotThrowAny { revoke(HttpResponse(status)) }
                }
            }

            for (body in listOf("", "<p>", "{}", """{"error":"invalid_request"}""")) {
                test("with 200, whatever its body: $body") {
                    shouldNotThrowAny { revoke(response(body, contentType = "text/plain")) }
                }
            }
        }

        context("the answer is rejected") {
            for (status in listOf(302, 503)) {
                test("with $status") {
                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.RESPONSE_IS_NOT_CONFORM,
                        "expected status 2xx, got $status",
                    ) {
                        revoke(HttpResponse(status))
                    }
                }
            }

            test("with an OAuth error, as that error") {
                shouldFailWith<ResponseBodyException>(ErrorCode.RESPONSE_BODY_ERROR, "unsupported_token_type") {
                    revoke(response("""{"error":"unsupported_token_type"}""", 400))
                }
            }

            test("with a challenge, as that challenge") {
                shouldFailWith<WwwAuthenticateChallengeException>(ErrorCode.WWW_AUTHENTICATE_CHALLENGE, "basic") {
                    revoke(HttpResponse(401, HttpHeaders.of("www-authenticate" to "Basic")))
                }
            }
        }

        test("a server without the endpoint is rejected") {
            shouldFailWith<MetadataException>(ErrorCode.MISSING_SERVER_METADATA, "\"revocation_endpoint\"") {
                StubServer().client().revoke("a-token")
            }
        }
    })
