package dev.openidclient.resource

import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.TransportException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.http.HttpBody
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.Parameters
import dev.openidclient.jose.Jwt
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.RecordingTransport
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonPrimitive
import java.io.IOException

private const val API = "https://api.example.com/accounts"

private class Api(
    private vararg val answers: HttpResponse = arrayOf(HttpResponse(200)),
) {
    val transport: RecordingTransport = RecordingTransport { answers[minOf(sent.size, answers.size) - 1] }
    val sent: List<HttpRequest> get() = transport.requests

    fun client(): OpenIdClient = StubServer().client { transport = this@Api.transport }

    fun proving(): OpenIdClient = client().withDpop(Dpop(SigningKey.generate("ES256")))
}

private suspend fun tokens(type: String): TokenResponse =
    StubServer().answerTokens("token_type" to JsonPrimitive(type)).client().clientCredentialsGrant()

private fun challenged(
    status: Int,
    vararg challenges: String,
): HttpResponse =
    HttpResponse(status, HttpHeaders.of(mapOf("www-authenticate" to challenges.toList())), "body".encodeToByteArray())

private fun proof(request: HttpRequest) = Jwt.parse(request.headers["dpop"].orEmpty(), "proof").claims

class ResourceCallSpec :
    FunSpec({
        context("the access token") {
            test("is sent as Bearer") {
                val api = Api()
                api.client().resource(API, ACCESS_TOKEN)
                val sent = api.sent.single()

                sent.method shouldBe "GET"
                sent.url shouldBe API
                sent.headers["authorization"] shouldBe "Bearer $ACCESS_TOKEN"
                sent.headers["dpop"].shouldBeNull()
                sent.body.shouldBeNull()
            }

            test("is sent as DPoP with a proof of it where the client has a key") {
                val api = Api()
                api.proving().resource("$API?a=1#b", ACCESS_TOKEN) { method = "post" }
                val sent = api.sent.single()

                sent.headers["authorization"] shouldBe "DPoP $ACCESS_TOKEN"
                sent.method shouldBe "post"
                proof(sent)["htm"] shouldBe JsonPrimitive("POST")
                proof(sent)["htu"] shouldBe JsonPrimitive(API)
                ("ath" in proof(sent)) shouldBe true
            }

            test("of tokens that are bound to a key is sent as DPoP") {
                val api = Api()
                api.proving().resource(API, tokens("DPoP"))

                api.sent.single().headers["authorization"] shouldBe "DPoP $ACCESS_TOKEN"
            }

            test("of bearer tokens is sent as Bearer, though the client has a key") {
                val api = Api()
                api.proving().resource(API, tokens("Bearer"))
                val sent = api.sent.single()

                sent.headers["authorization"] shouldBe "Bearer $ACCESS_TOKEN"
                sent.headers["dpop"].shouldBeNull()
            }

            test("is not sent where it is empty") {
                val api = Api()

                shouldThrow<IllegalArgumentException> { api.client().resource(API, "") }
                api.sent.shouldBeEmpty()
            }
        }

        context("the request") {
            for (method in listOf("GET", "POST", "PATCH", "QUERY", "delete")) {
                test("has the method $method as it is given") {
                    val api = Api()
                    api.client().resource(API, ACCESS_TOKEN) { this.method = method }

                    api.sent.single().method shouldBe method
                }
            }

            val bodies =
                mapOf(
                    "application/json" to HttpBody.json("""{"a":"ü"}"""),
                    "text/csv;charset=UTF-8" to HttpBody.text("text/csv;charset=UTF-8", "a;ü"),
                    "image/png" to HttpBody.bytes("image/png", byteArrayOf(-1, 0, 1)),
                    "application/x-www-form-urlencoded;charset=UTF-8" to HttpBody.form(Parameters.of("a" to "b c")),
                )
            for ((type, body) in bodies) {
                test("has the body that is given: $type") {
                    val api = Api()
                    api.client().resource(API, ACCESS_TOKEN) {
                        method = "POST"
                        this.body = body
                    }
                    val sent = api.sent.single()

                    sent.body?.contentType shouldBe type
                    sent.body?.bytes() shouldBe body.bytes()
                }
            }

            test("has the headers that are given") {
                val api = Api()
                api.client().resource(API, ACCESS_TOKEN) {
                    header("accept", "text/csv")
                    header("X-Tenant", "a")
                    header("x-tenant", "b")
                }

                api.sent.single().headers["accept"] shouldBe "text/csv"
                api.sent.single().headers["x-tenant"] shouldBe "b"
            }

            for (name in listOf("authorization", "Authorization", "content-type", "Content-Type")) {
                test("refuses the header $name") {
                    val api = Api()

                    shouldThrow<IllegalArgumentException> {
                        api.client().resource(
                            API,
                            ACCESS_TOKEN,
                        ) { header(name, "x") }
                    }.message shouldContain name.lowercase().replace('-', ' ')
                    api.sent.shouldBeEmpty()
                }
            }

            test("has no fragment") {
                val api = Api()
                api.client().resource("$API?a=1#b", ACCESS_TOKEN)

                api.sent.single().url shouldBe "$API?a=1"
            }
        }

        context("the URL is rejected") {
            test("where it is http") {
                shouldFailWith<MetadataException>(ErrorCode.HTTP_REQUEST_FORBIDDEN, "only https") {
                    Api().client().resource("http://localhost/accounts", ACCESS_TOKEN)
                }
            }

            test("where it is neither https nor http, also where http is allowed") {
                @OptIn(InsecureRequests::class)
                val insecure = StubServer().client { allowInsecureRequests() }

                shouldFailWith<MetadataException>(ErrorCode.REQUEST_PROTOCOL_FORBIDDEN, "only https and http") {
                    insecure.resource("ftp://api.example.com/", ACCESS_TOKEN)
                }
            }

            for (url in listOf("/accounts", "", "api.example.com")) {
                test("where it is not absolute: \"$url\"") {
                    shouldThrow<IllegalArgumentException> { Api().client().resource(url, ACCESS_TOKEN) }
                }
            }

            test("without its query in the message") {
                shouldThrow<IllegalArgumentException> { Api().client().resource("/accounts?key=hush", ACCESS_TOKEN) }
                    .message
                    .orEmpty() shouldNotContain "hush"
            }

            test("with the host to write where browsers read it otherwise") {
                shouldThrow<IllegalArgumentException> {
                    Api().client().resource("https://stra\u00DFe.example/a", ACCESS_TOKEN)
                }.message shouldContain "write its host as xn--strae-oqa.example, which is where browsers go"
            }

            test("without its password in the message") {
                shouldThrow<IllegalArgumentException> {
                    Api().client().resource("https://u:hush@api.example.com/", ACCESS_TOKEN)
                }.message shouldBe "the resource must be an absolute URL, but is \"https://██\""
            }
        }

        context("the answer") {
            for (status in listOf(200, 204, 302, 400, 403, 404, 429, 500, 503)) {
                test("is returned with the status $status") {
                    val answer = HttpResponse(status, HttpHeaders.of("x-a" to "b"), "body".encodeToByteArray())
                    val received = Api(answer).client().resource(API, ACCESS_TOKEN)

                    received.status shouldBe status
                    received.bodyText() shouldBe "body"
                    received.headers["x-a"] shouldBe "b"
                }
            }

            for (header in listOf("Bearer, realm=\"x\"", "Bearer realm=\"x", "\"", "Bearer a=b=c")) {
                test("is returned with what is no challenge: $header") {
                    Api(challenged(403, header)).client().resource(API, ACCESS_TOKEN).status shouldBe 403
                }

                test("is thrown with 401 and what is no challenge: $header") {
                    shouldThrow<WwwAuthenticateChallengeException> {
                        Api(challenged(401, header)).client().resource(API, ACCESS_TOKEN)
                    }.challenges shouldBe emptyList()
                }
            }

            test("is thrown with 401 and no challenge, and keeps the error of its body") {
                val body = """{"error":"invalid_token","error_description":"expired"}"""
                val thrown =
                    shouldThrow<WwwAuthenticateChallengeException> {
                        Api(HttpResponse(401, body = body.encodeToByteArray())).client().resource(API, ACCESS_TOKEN)
                    }

                thrown.error shouldBe "invalid_token"
                thrown.errorDescription shouldBe "expired"
                thrown.body.decodeToString() shouldBe body
                thrown.message shouldBe "GET $API: the server answered 401 with error \"invalid_token\": expired"
            }

            for (status in listOf(200, 400, 401, 403, 500)) {
                test("is thrown with a challenge and the status $status") {
                    val thrown =
                        shouldFailWith<WwwAuthenticateChallengeException>(
                            ErrorCode.WWW_AUTHENTICATE_CHALLENGE,
                            "invalid_token",
                        ) {
                            Api(
                                challenged(status, "Bearer error=\"invalid_token\""),
                            ).client().resource(API, ACCESS_TOKEN)
                        }

                    thrown.status shouldBe status
                    thrown.body.decodeToString() shouldBe "body"
                    thrown.challenges.single().scheme shouldBe "bearer"
                }
            }

            test("is thrown with all challenges of all headers") {
                shouldThrow<WwwAuthenticateChallengeException> {
                    Api(
                        challenged(401, "Bearer realm=\"a\", Basic", "DPoP algs=\"ES256\""),
                    ).client().resource(API, ACCESS_TOKEN)
                }.challenges.map { it.scheme } shouldBe listOf("bearer", "basic", "dpop")
            }

            test("is missing where the connection breaks") {
                val client = StubServer().client { transport = RecordingTransport { throw IOException() } }

                shouldThrow<TransportException> { client.resource(API, ACCESS_TOKEN) }.code shouldBe
                    ErrorCode.NETWORK_ERROR
            }
        }

        context("a DPoP nonce that the resource wants") {
            fun wants(nonce: String): HttpResponse {
                val headers =
                    HttpHeaders.of(
                        "www-authenticate" to "DPoP error=\"use_dpop_nonce\"",
                        "dpop-nonce" to nonce,
                    )
                return HttpResponse(401, headers)
            }

            test("is sent with the same request, once more") {
                val api = Api(wants("n1"), HttpResponse(200))
                api.proving().resource(API, ACCESS_TOKEN) {
                    method = "PUT"
                    body = HttpBody.json("[1]")
                }

                api.sent.map { proof(it)["nonce"] } shouldBe listOf(null, JsonPrimitive("n1"))
                api.sent.map { it.method to it.body?.bytes()?.decodeToString() } shouldBe List(2) { "PUT" to "[1]" }
            }

            test("is not sent a third time") {
                val api = Api(wants("n1"), wants("n2"), HttpResponse(200))

                shouldThrow<WwwAuthenticateChallengeException> { api.proving().resource(API, ACCESS_TOKEN) }
                api.sent.size shouldBe 2
            }

            test("is of no use without a key") {
                val api = Api(wants("n1"), HttpResponse(200))

                shouldThrow<WwwAuthenticateChallengeException> { api.client().resource(API, ACCESS_TOKEN) }
                api.sent.size shouldBe 1
            }
        }

        test("the builder shows no header's value") {
            ResourceRequestBuilder().header("x", "hush").toString() shouldNotContain "hush"
        }
    })
