package dev.openidclient.samples.resourceserver

import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.http.HttpHeaders
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import dev.openidclient.resource.ResourceAccess
import dev.openidclient.resource.Verdict
import dev.openidclient.resource.resource
import dev.openidclient.resourceserver.ResourceServerSettings
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.token.TokenRequestBuilder
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.tokensource.ClientCredentialsTokens
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import java.net.Socket
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.net.http.HttpResponse.BodyHandlers

private const val DOCUMENT = "resource_metadata=\"$RESOURCE/.well-known/oauth-protected-resource\""
private const val DPOP = "DPoP algs=\"ES256\""

/** Each adapter on a port, with tokens of a server and requests of this library's client. */
@OptIn(InsecureRequests::class)
class AdaptersSpec :
    FunSpec({
        val server = TestAuthorizationServer { jwtAccessTokens() }.listen()
        afterSpec { server.close() }
        val http = HttpClient.newHttpClient()

        suspend fun client(
            issuer: String = server.issuer,
            dpop: Dpop? = null,
        ): OpenIdClient {
            val client =
                OpenIdClient.discover(issuer, "service") {
                    clientSecret("secret")
                    allowInsecureRequests()
                }
            return if (dpop == null) client else client.withDpop(dpop)
        }

        fun settings(issuer: String): ResourceServerSettings.() -> Unit =
            {
                issuer(issuer)
                dpop { algorithms(JwsAlgorithm.ES256).requireNonce() }
                // the port is not known before it listens
                externalUrl { it.url }
                connection { allowInsecureRequests() }
            }

        fun forOrders(scope: String): TokenRequestBuilder.() -> Unit = { scope(scope).resource(RESOURCE) }

        fun get(
            url: String,
            headers: HttpHeaders? = null,
        ): HttpResponse<String> {
            val request = HttpRequest.newBuilder(URI(url))
            for (name in listOf("authorization", "dpop")) headers?.get(name)?.let { request.header(name, it) }
            return http.send(request.build(), BodyHandlers.ofString())
        }

        fun HttpResponse<*>.challenges(): List<String> = headers().allValues("www-authenticate")

        for (adapter in Adapter.entries) {
            context("$adapter") {
                suspend fun withApi(test: suspend (Api) -> Unit) =
                    adapter.start(settings(server.issuer)).use { test(it) }

                test("a bearer token is taken, and the operation knows whose it is") {
                    withApi { api ->
                        client().use { client ->
                            val tokens = client.clientCredentialsGrant(forOrders("orders:read"))
                            client.resource("${api.url}?page=1", tokens).bodyText() shouldBe "orders of service"
                        }
                    }
                }

                test("without a token the answer is 401, and says what is taken") {
                    withApi { api ->
                        val refused = get(api.url)

                        refused.statusCode() shouldBe 401
                        refused.challenges() shouldContainExactly listOf("Bearer $DOCUMENT", "$DPOP, $DOCUMENT")
                        refused.body() shouldBe ""
                    }
                }

                test("two tokens in one request are refused with 400: a choice between them would be anybody's") {
                    withApi { api ->
                        val lines =
                            listOf(
                                "GET /orders HTTP/1.1",
                                "Host: localhost",
                                "Authorization: Bearer a",
                                "Authorization: Bearer b",
                                "Connection: close",
                            )
                        val answer =
                            Socket("127.0.0.1", URI(api.url).port).use { socket ->
                                val request = lines.joinToString("\r\n", postfix = "\r\n\r\n")
                                socket.getOutputStream().write(request.encodeToByteArray())
                                socket.getInputStream().readAllBytes().decodeToString()
                            }
                        answer.lines().first() shouldContain " 400"
                    }
                }

                test("the document is where the challenges point, for everybody") {
                    withApi { api ->
                        val answer = get("${api.origin}/.well-known/oauth-protected-resource")
                        answer.statusCode() shouldBe 200
                        answer.headers().firstValue("content-type").orElse("") shouldStartWith "application/json"
                        answer.headers().allValues("access-control-allow-origin") shouldBe listOf("*")
                        answer.body() shouldContain "\"resource\":\"$RESOURCE\""
                    }
                }

                test("a token without the scope is refused with 403, and the scope that is needed") {
                    withApi { api ->
                        client().use { client ->
                            val tokens = client.clientCredentialsGrant(forOrders("orders:write"))
                            val refused =
                                shouldThrow<WwwAuthenticateChallengeException> { client.resource(api.url, tokens) }

                            refused.status shouldBe 403
                            refused.headers["www-authenticate"] shouldContainExactly
                                listOf(
                                    "Bearer error=\"insufficient_scope\", " +
                                        "error_description=\"The access token does not cover this request\", " +
                                        "scope=\"orders:read\", $DOCUMENT",
                                )
                        }
                    }
                }

                test("a token that is for another API is refused with 401") {
                    withApi { api ->
                        client().use { client ->
                            val tokens =
                                client.clientCredentialsGrant {
                                    scope(
                                        "orders:read",
                                    ).resource("$RESOURCE/other")
                                }
                            val refused =
                                shouldThrow<WwwAuthenticateChallengeException> { client.resource(api.url, tokens) }

                            refused.status shouldBe 401
                            refused.challenges.mapNotNull { it.error } shouldContainExactly listOf("invalid_token")
                        }
                    }
                }

                test("a client with DPoP learns the nonce, and is taken") {
                    withApi { api ->
                        client(dpop = Dpop(SigningKey.generate("ES256"))).use { client ->
                            val tokens = client.clientCredentialsGrant(forOrders("orders:read"))
                            client.resource(api.url, tokens).bodyText() shouldBe "orders of service"
                        }
                    }
                }

                test("a proof that comes again is refused, whoever sends it") {
                    withApi { api ->
                        client(dpop = Dpop(SigningKey.generate("ES256"))).use { client ->
                            ClientCredentialsTokens(client).use { tokens ->
                                val access =
                                    ResourceAccess(client, tokens.source(forOrders("orders:read"))) {
                                        allowInsecure(api.origin)
                                    }
                                val first = access.authorize("GET", api.url).shouldNotBeNull()
                                val wanted = get(api.url, first.headers)
                                wanted.statusCode() shouldBe 401
                                wanted.challenges().last() shouldBe
                                    "$DPOP, error=\"use_dpop_nonce\", error_description=\"A DPoP nonce is needed\", $DOCUMENT"
                                val answered = HttpHeaders.received(wanted.headers().map())
                                access.judge(first, wanted.statusCode(), answered) shouldBe Verdict.SEND_AGAIN

                                val second = access.authorize("GET", api.url, after = first).shouldNotBeNull()
                                get(api.url, second.headers).statusCode() shouldBe 200
                                val repeated = get(api.url, second.headers)

                                repeated.statusCode() shouldBe 401
                                repeated.challenges().last() shouldBe
                                    "$DPOP, error=\"invalid_dpop_proof\", " +
                                    "error_description=\"The DPoP proof is not valid here\", $DOCUMENT"
                                repeated.body() shouldBe ""
                            }
                        }
                    }
                }

                test("keys out of reach are no fault of the caller's: 503, without a challenge") {
                    val gone = TestAuthorizationServer { jwtAccessTokens() }.listen()
                    val issuer = gone.issuer
                    val tokens = client(issuer).use { it.clientCredentialsGrant(forOrders("orders:read")) }
                    gone.close()
                    adapter.start(settings(issuer)).use { api ->
                        val refused = get(api.url, HttpHeaders.of("authorization" to "Bearer ${tokens.accessToken}"))

                        refused.statusCode() shouldBe 503
                        refused.challenges().shouldBeEmpty()
                    }
                }
            }
        }
    })
