package dev.openidclient.client

import dev.openidclient.clientauth.ClientAuthentication
import dev.openidclient.clientauth.ClientAuthenticationRequest
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.clientauth.ClientSecretPost
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.Parameters
import dev.openidclient.http.Secrets
import dev.openidclient.http.USER_AGENT
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NOW
import dev.openidclient.testing.RecordingTransport
import dev.openidclient.testing.response
import dev.openidclient.testing.serverMetadata
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

private const val BASIC = "Basic czZCaGRSa3F0MzpzM2NyZXQ="

class EndpointCallSpec :
    FunSpec({
        context("a form call") {
            val transport = RecordingTransport { response("{}") }

            beforeTest { transport.requests.clear() }

            test("posts the parameters in their order, then those of the authentication") {
                client(transport) { authentication = ClientSecretPost("s3cret") }
                    .perform(form("scope" to "a b", "grant_type" to "x", "resource" to "1", "resource" to "2"))

                val request = transport.requests.single()
                request.method shouldBe "POST"
                request.url shouldBe "$ISSUER/token"
                request.body?.bytes()?.decodeToString() shouldBe
                    "scope=a+b&grant_type=x&resource=1&resource=2&client_id=$CLIENT_ID&client_secret=s3cret"
            }

            test("says what it sends, what it takes and who asks") {
                client(transport).perform(form())

                val request = transport.requests.single()
                request.body?.contentType shouldBe "application/x-www-form-urlencoded;charset=UTF-8"
                request.headers.toMap() shouldBe
                    mapOf("accept" to listOf("application/json"), "user-agent" to listOf(USER_AGENT))
            }

            test("says what it takes, where that is something else") {
                val call =
                    EndpointCall.form(
                        GRANT,
                        endpoint(),
                        Parameters.EMPTY,
                        HttpHeaders.of("accept" to "application/jwt"),
                    )
                client(transport).perform(call)

                transport.requests.single().headers["accept"] shouldBe "application/jwt"
            }

            test("carries the header that the authentication sets") {
                client(transport) { authentication = ClientSecretBasic("s3cret") }.perform(form())

                transport.requests.single().headers["authorization"] shouldBe BASIC
            }

            test("masks what a caller's own authentication adds where the server repeats it") {
                val refusal = """{"error":"invalid_client","error_description":"no k3y-s3cret"}"""
                val echoing = RecordingTransport { response(refusal, 401) }
                val e =
                    shouldThrow<ResponseBodyException> {
                        client(echoing) { authentication = own { it.header("X-Key", "k3y-s3cret") } }.perform(form())
                    }

                e.message shouldContain "no ██"
            }

            test("carries headers and parameters of a caller's own authentication") {
                client(transport, own { it.header("X-Tenant", "a").parameter("assertion", "b") }).perform(
                    form("c" to "d"),
                )

                val request = transport.requests.single()
                request.headers["x-tenant"] shouldBe "a"
                request.body?.parameters shouldBe Parameters.of("c" to "d", "assertion" to "b")
            }

            for (name in listOf("content-type", "Content-Type")) {
                test("keeps the content type of a form where an authentication sets $name") {
                    client(transport, own { it.header(name, "text/plain") }).perform(form())

                    val request = transport.requests.single()
                    request.headers["content-type"].shouldBeNull()
                    request.body?.contentType shouldBe "application/x-www-form-urlencoded;charset=UTF-8"
                }
            }

            test("loses the fragment of its endpoint, for the authentication too") {
                val metadata = serverMetadata("token_endpoint" to JsonPrimitive("$ISSUER/token?a=1#b"))
                var seen: String? = null
                val client =
                    OpenIdClient(metadata, CLIENT_ID) {
                        this.transport = transport
                        authentication = own { seen = it.endpoint }
                    }
                client.perform(EndpointCall.form(GRANT, client.endpoint("token_endpoint"), Parameters.EMPTY))

                transport.requests.single().url shouldBe "$ISSUER/token?a=1"
                seen shouldBe "$ISSUER/token?a=1"
            }

            test("is authenticated anew each time") {
                var count = 0
                val client = client(transport, own { it.parameter("jti", "${++count}") })
                repeat(2) { client.perform(form()) }

                transport.requests.map { it.body?.parameters?.get("jti") } shouldBe listOf("1", "2")
            }

            test("is not sent where the authentication fails") {
                val client = client(transport, own { error("no key") })

                shouldThrow<IllegalStateException> { client.perform(form()) }.message shouldBe "no key"
                transport.requests.shouldBeEmpty()
            }
        }

        test("an authentication sees server, client, endpoint, time with skew, and the parameters so far") {
            var seen: ClientAuthenticationRequest? = null
            val client =
                client({ response("{}") }, own { seen = it }) {
                    clock = FIXED_CLOCK
                    clockSkew = Duration.ofSeconds(-7)
                }
            client.perform(form("a" to "1"))

            seen?.server shouldBe client.server
            seen?.client shouldBe client.metadata
            seen?.endpoint shouldBe "$ISSUER/token"
            seen?.time shouldBe NOW.minusSeconds(7)
            seen?.parameters shouldBe Parameters.of("a" to "1")
        }

        context("an answer") {
            for (status in listOf(200, 201, 204)) {
                test("passes with the status $status") {
                    client({ response("{}", status) }).perform(form()).bodyText() shouldBe "{}"
                }
            }

            for (status in listOf(302, 500)) {
                test("is refused with status $status") {
                    val e = shouldThrow<InvalidResponseException> { client({ response("{}", status) }).perform(form()) }

                    e.code shouldBe ErrorCode.RESPONSE_IS_NOT_CONFORM
                    e.status shouldBe status
                    e.message shouldContain "POST $ISSUER/token: expected status 2xx, got $status"
                }
            }

            test("with a challenge is that challenge, whatever its body says") {
                val headers =
                    HttpHeaders.of(
                        "www-authenticate" to "Basic realm=\"a\"",
                        "content-type" to "application/json",
                    )
                val answer = HttpResponse(401, headers, """{"error":"invalid_client"}""".encodeToByteArray())
                val e = shouldThrow<WwwAuthenticateChallengeException> { client({ answer }).perform(form()) }

                e.challenges.single().realm shouldBe "a"
            }

            test("is the OAuth error of its body") {
                val answer = response("""{"error":"invalid_grant"}""", status = 400)

                shouldThrow<ResponseBodyException> { client({ answer }).perform(form()) }.error shouldBe "invalid_grant"
            }
        }

        context("an error that repeats the request") {
            test("does not show its parameters in the message") {
                val e =
                    refusal("code SplxlOBe is used", form("code" to "SplxlOBe", "grant_type" to "authorization_code"))

                e.message shouldContain "code ██ is used"
                e.errorDescription shouldBe "code SplxlOBe is used"
            }

            test("does not show the secret in the body") {
                refusal("s3cret is wrong", form()) { authentication = ClientSecretPost("s3cret") }
                    .message shouldContain "██ is wrong"
            }

            test("does not show the credentials in the header") {
                refusal("$BASIC is wrong", form()) { authentication = ClientSecretBasic("s3cret") }
                    .message shouldNotContain BASIC.substringAfter(' ')
            }

            test("shows what is no secret") {
                refusal("$CLIENT_ID may not use x-grant", form("grant_type" to "x-grant"))
                    .message shouldContain "$CLIENT_ID may not use x-grant"
            }
        }

        context("a call with an access token") {
            val transport = RecordingTransport { response("{}", status = 500) }
            val headers = HttpHeaders.of("accept" to "application/json", "user-agent" to "own/1")

            beforeTest { transport.requests.clear() }

            test("carries it in the header, neither authenticated nor with a body") {
                val client = client(transport) { authentication = ClientSecretPost("s3cret") }
                client.perform(authorized("mF_9.B5f-4.1JqM", headers) {})

                val request = transport.requests.single()
                request.method shouldBe "GET"
                request.url shouldBe "$ISSUER/token"
                request.headers["authorization"] shouldBe "Bearer mF_9.B5f-4.1JqM"
                request.body.shouldBeNull()
            }

            test("keeps the caller's headers") {
                client(transport).perform(authorized("t", headers) {})

                transport.requests.single().headers["user-agent"] shouldBe "own/1"
                transport.requests.single().headers["accept"] shouldBe "application/json"
            }

            test("is judged by its own check alone") {
                client(transport).perform(authorized("t", headers) {}).status shouldBe
                    500
                shouldThrow<IllegalStateException> {
                    client(
                        transport,
                    ).perform(authorized("t", headers) { error("$status") })
                }.message shouldBe "500"
            }

            test("is not sent with a token that is no header value, and the message does not show it") {
                shouldThrow<IllegalArgumentException> {
                    client(transport).perform(authorized("s3cret\r\nx: y", headers) {})
                }.message shouldNotContain "s3cret"
                transport.requests.shouldBeEmpty()
            }
        }
    })

private fun client(
    transport: HttpTransport,
    authentication: ClientAuthentication? = null,
    configure: ClientSettings.() -> Unit = {},
): OpenIdClient =
    OpenIdClient(serverMetadata(), CLIENT_ID) {
        this.transport = transport
        // adds nothing, unless a test says otherwise
        this.authentication = authentication ?: own {}
        configure()
    }

private fun own(add: (ClientAuthenticationRequest) -> Unit) = ClientAuthentication { add(it) }

private fun endpoint() = client({ response("{}") }).endpoint("token_endpoint")

private fun form(vararg parameters: Pair<String, String>) =
    EndpointCall.form(GRANT, endpoint(), Parameters.of(*parameters))

private fun authorized(
    token: String?,
    headers: HttpHeaders,
    check: HttpResponse.(Secrets) -> Unit,
): EndpointCall =
    EndpointCall.authorized(
        Purpose.RESOURCE,
        "GET",
        endpoint(),
        headers,
        EndpointCall.Content.OfToken(token),
        check = check,
    )

private val GRANT = Purpose.token("client_credentials")

private suspend fun refusal(
    description: String,
    call: EndpointCall,
    configure: ClientSettings.() -> Unit = {},
): ResponseBodyException {
    val answer = response("""{"error":"invalid_request","error_description":"$description"}""", status = 400)
    return shouldThrow<ResponseBodyException> { client({ answer }, configure = configure).perform(call) }
}
