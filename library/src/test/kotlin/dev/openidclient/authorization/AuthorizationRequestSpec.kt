package dev.openidclient.authorization

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.http.Parameters
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NOW
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.json
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldEndWith
import io.kotest.matchers.string.shouldMatch
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

private val RANDOM_VALUE = Regex("[A-Za-z0-9_-]{43}")

class AuthorizationRequestSpec :
    FunSpec({
        val client = StubServer().client()

        fun sent(configure: AuthorizationRequestBuilder.() -> Unit): Parameters =
            Parameters.parse(client.authorizationRequest(configure).url.substringAfter('?'))

        test("goes to the authorization endpoint") {
            client.authorizationRequest().url shouldStartWith "$ISSUER/authorize?"
        }

        test("the caller's parameters come first, in order; then state, nonce, challenge, client and response type") {
            val names =
                sent {
                    prompt("login")
                    redirectUri(REDIRECT_URI)
                    scope("openid")
                }.names

            names.toList() shouldBe
                listOf(
                    "prompt",
                    "redirect_uri",
                    "scope",
                    "state",
                    "nonce",
                    "code_challenge",
                    "code_challenge_method",
                    "client_id",
                    "response_type",
                )
        }

        test("asks for a code for this client") {
            val sent = sent {}

            sent["response_type"] shouldBe "code"
            sent["client_id"] shouldBe CLIENT_ID
        }

        test("the challenge is of the verifier that is pending") {
            val request = client.authorizationRequest()

            request.parameters["code_challenge"] shouldBe Pkce(request.pending.codeVerifier).codeChallenge
            request.parameters["code_challenge_method"] shouldBe "S256"
        }

        test("state is random, and pending") {
            val request = client.authorizationRequest()

            request.pending.state shouldMatch RANDOM_VALUE
            request.parameters.all("state") shouldBe listOf(request.pending.state)
        }

        test("state, nonce and verifier are new for each request and differ from each other") {
            val pending = List(20) { client.authorizationRequest { scope("openid") }.pending }

            pending.flatMap { listOf(it.state, it.nonce, it.codeVerifier) }.shouldBeUnique()
        }

        test("with openid in the scope there is a nonce, and it is pending") {
            val request = client.authorizationRequest { scope("email", "openid") }

            request.parameters["nonce"].orEmpty() shouldMatch RANDOM_VALUE
            request.pending.nonce shouldBe request.parameters["nonce"]
        }

        test("a scope that is set as any parameter asks for a nonce too") {
            sent { parameter("scope", "email openid") }["nonce"].orEmpty() shouldMatch RANDOM_VALUE
        }

        for (scopes in listOf(emptyList(), listOf("email"), listOf("openid2", "xopenid"), listOf("OPENID"))) {
            test("without openid in the scope $scopes there is no nonce") {
                val request = client.authorizationRequest { if (scopes.isNotEmpty()) scope(*scopes.toTypedArray()) }

                request.parameters["nonce"].shouldBeNull()
                request.pending.nonce.shouldBeNull()
            }
        }

        test("what is pending names the server, the client, the redirect URI, the maximum age and the time") {
            val pending =
                client
                    .authorizationRequest {
                        redirectUri(REDIRECT_URI)
                        maxAge(Duration.ofMinutes(5))
                    }.pending

            pending.issuer shouldBe ISSUER
            pending.clientId shouldBe CLIENT_ID
            pending.redirectUri shouldBe REDIRECT_URI
            pending.maxAge shouldBe Duration.ofMinutes(5)
            pending.createdAt shouldBe NOW
        }

        test("the time that is pending has the clock skew") {
            val skewed = StubServer().client { clockSkew = Duration.ofSeconds(7) }

            skewed.authorizationRequest().pending.createdAt shouldBe NOW.plusSeconds(7)
        }

        test("without a redirect URI none is sent and none is pending") {
            val request = client.authorizationRequest()

            request.parameters["redirect_uri"].shouldBeNull()
            request.pending.redirectUri.shouldBeNull()
        }

        test("the redirect URI is sent and pending exactly as it is given") {
            val uri = "HTTPS://RP.example.com:443/a/../cb?x=1"
            val request = client.authorizationRequest { redirectUri(uri) }

            request.parameters["redirect_uri"] shouldBe uri
            request.pending.redirectUri shouldBe uri
        }

        test("the endpoint's own query is kept, in front and as it is") {
            val own = JsonPrimitive("$ISSUER/authorize?tenant=a%20b&x")
            val request = StubServer().client(serverMetadata("authorization_endpoint" to own)).authorizationRequest()

            request.url shouldStartWith "$ISSUER/authorize?tenant=a%20b&x&state="
            request.parameters["tenant"].shouldBeNull()
        }

        test("the endpoint's fragment is not kept") {
            val own = JsonPrimitive("$ISSUER/authorize#top")

            StubServer()
                .client(
                    serverMetadata("authorization_endpoint" to own),
                ).authorizationRequest()
                .url shouldNotContain
                "#"
        }

        test("values are form-encoded as the URL standard says") {
            val url = client.authorizationRequest { loginHint("a b*-._~!'()+ä€😀") }.url

            url shouldStartWith
                "$ISSUER/authorize?login_hint=a+b*-._%7E%21%27%28%29%2B%C3%A4%E2%82%AC%F0%9F%98%80&state="
        }

        test("what is sent stands in the URL, and nothing else") {
            val request = client.authorizationRequest { scope("openid", "email") }

            request.url shouldBe "$ISSUER/authorize?${request.parameters.encode()}"
        }

        test("sends nothing itself") {
            val server = StubServer()
            server.client().authorizationRequest { scope("openid") }

            server.received.shouldBeEmpty()
        }

        test("a mutual TLS alias is not for browsers") {
            val aliases = json("""{"authorization_endpoint":"https://mtls.example.com/authorize"}""")
            val mtls =
                StubServer().client(serverMetadata("mtls_endpoint_aliases" to aliases)) {
                    metadata { useMtlsEndpointAliases() }
                }

            mtls.authorizationRequest().url shouldStartWith "$ISSUER/authorize?"
        }

        test("rejects a server without an authorization endpoint") {
            shouldFailWith<MetadataException>(ErrorCode.MISSING_SERVER_METADATA, "\"authorization_endpoint\"") {
                StubServer().client(serverMetadata("authorization_endpoint" to null)).authorizationRequest()
            }
        }

        test("rejects an authorization endpoint that is no absolute URL") {
            shouldFailWith<MetadataException>(ErrorCode.INVALID_SERVER_METADATA, "\"authorization_endpoint\"") {
                StubServer()
                    .client(serverMetadata("authorization_endpoint" to JsonPrimitive("/authorize")))
                    .authorizationRequest()
            }
        }

        test("rejects an authorization endpoint that is not https") {
            shouldFailWith<MetadataException>(ErrorCode.HTTP_REQUEST_FORBIDDEN, "only https") {
                StubServer()
                    .client(
                        serverMetadata("authorization_endpoint" to JsonPrimitive("http://as.example.com/authorize")),
                    ).authorizationRequest()
            }
        }

        context("with parameters as they are") {
            test("only client and response type are added, at the end") {
                client.authorizationUrl(Parameters.of("scope" to "openid")) shouldBe
                    "$ISSUER/authorize?scope=openid&client_id=$CLIENT_ID&response_type=code"
            }

            test("the caller's client and response type win") {
                client.authorizationUrl(Parameters.of("response_type" to "none", "client_id" to "other")) shouldBe
                    "$ISSUER/authorize?response_type=none&client_id=other"
            }

            for (name in listOf("request", "request_uri")) {
                test("beside a $name only the client is added") {
                    client.authorizationUrl(Parameters.of(name to "urn:x")) shouldEndWith
                        "?$name=urn%3Ax&client_id=$CLIENT_ID"
                }
            }

            test("a name that the endpoint's own query has is appended, not replaced") {
                val own = JsonPrimitive("$ISSUER/authorize?scope=a")

                StubServer()
                    .client(serverMetadata("authorization_endpoint" to own))
                    .authorizationUrl(Parameters.of("scope" to "b")) shouldStartWith
                    "$ISSUER/authorize?scope=a&scope=b&"
            }

            test("rejects a server without an authorization endpoint") {
                shouldFailWith<MetadataException>(ErrorCode.MISSING_SERVER_METADATA, "\"authorization_endpoint\"") {
                    StubServer()
                        .client(serverMetadata("authorization_endpoint" to null))
                        .authorizationUrl(Parameters.EMPTY)
                }
            }
        }
    })
