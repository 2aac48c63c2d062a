package dev.openidclient.ktor

import dev.openidclient.client.ClientSource
import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.KtorTransport
import dev.openidclient.resource.ResourceAccess
import dev.openidclient.tokensource.ClientCredentialsTokens
import dev.openidclient.tokensource.TokenSource
import dev.openidclient.tokensource.TokenState
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.engine.mock.MockEngine
import io.ktor.client.engine.mock.respond
import io.ktor.client.plugins.ClientRequestException
import io.ktor.client.plugins.HttpResponseValidator
import io.ktor.client.plugins.HttpSend
import io.ktor.client.plugins.SendCountExceedException
import io.ktor.client.plugins.auth.Auth
import io.ktor.client.plugins.auth.providers.BasicAuthCredentials
import io.ktor.client.plugins.auth.providers.basic
import io.ktor.client.plugins.defaultRequest
import io.ktor.client.request.bearerAuth
import io.ktor.client.request.get
import io.ktor.client.request.header
import io.ktor.client.request.post
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsText
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import java.io.IOException
import java.time.Duration

class OAuthSpec :
    FunSpec({
        // guards against a hang
        timeout = 60_000

        context("a request to an allowed origin") {
            test("has the source's token") {
                inWorld {
                    http().get("$API/orders").bodyAsText() shouldBe "fine"
                    sent.single().authorization shouldBe "Bearer ${source.token().accessToken}"
                    sent.single().dpop.shouldBeNull()
                }
            }

            test("has a proof for its own method and URL where the token is bound to a key") {
                inWorld(isBound = true) {
                    http().post("$API/orders?page=2") { setBody("text") }
                    sent.single().authorization shouldBe "DPoP ${source.token().accessToken}"
                    sent.single().proven("htm") shouldBe "POST"
                    sent.single().proven("htu") shouldBe "$API/orders"
                }
            }

            test("has it too where a default request names the origin") {
                inWorld {
                    val http = http { defaultRequest { url("$API/v1/") } }
                    http.get("orders")
                    sent.single().url shouldBe "$API/v1/orders"
                    sent.single().token shouldBe source.token().accessToken
                }
            }

            test("has the token of a ResourceAccess that was made elsewhere") {
                inWorld {
                    val shared = ResourceAccess(client, source) { allow(API) }
                    HttpClient(engine) { install(OAuth) { access = shared } }.get("$API/orders")
                    sent.single().token shouldBe source.token().accessToken
                }
            }

            test("has the token of its own source where it names one, also on the second send") {
                inWorld {
                    ClientCredentialsTokens(client).use { other ->
                        val own = other.source { parameter("whose", "another") }
                        answer("$API/me", REFUSED)
                        http().get("$API/me") { tokens(own) }
                        tokens.distinct().size shouldBe 2
                        tokens.last() shouldBe own.token().accessToken
                        source.state() shouldBe TokenState.Unused
                    }
                }
            }

            test("has none where it wants none, and its 401 is the caller's") {
                inWorld {
                    answer("$API/health", REFUSED)
                    http().get("$API/health") { withoutTokens() }.status.value shouldBe 401
                    sent.single().authorization.shouldBeNull()
                    server.issuedAccessTokens shouldBe 0
                }
            }

            test("goes by what it was told last: a source, or no tokens") {
                inWorld {
                    http().get("$API/a") {
                        withoutTokens()
                        tokens(source)
                    }
                    http().get("$API/b") {
                        tokens(source)
                        withoutTokens()
                    }
                    sent.map { it.authorization != null } shouldBe listOf(true, false)
                }
            }
        }

        test("a request to another origin has no token, whatever source it names") {
            inWorld {
                http().get("$ELSEWHERE/orders") { tokens(source) }
                http().get("http://api.example.com/orders")
                http().get("https://api.example.com:8443/orders")
                sent.map { it.authorization } shouldBe listOf(null, null, null)
                server.issuedAccessTokens shouldBe 0
            }
        }

        context("an authorization header that somebody else set") {
            test("stays, without a second send") {
                inWorld {
                    answer("$API/orders", REFUSED)
                    http().get("$API/orders") { bearerAuth("mine") }.status.value shouldBe 401
                    sent.single().authorization shouldBe "Bearer mine"
                    server.issuedAccessTokens shouldBe 0
                }
            }

            for (isFirst in listOf(true, false)) {
                test("stays where the plugin Auth set it, installed ${if (isFirst) "before" else "after"} this one") {
                    inWorld {
                        fun HttpClientConfig<*>.auth() =
                            install(Auth) {
                                basic {
                                    credentials { BasicAuthCredentials("me", "mine") }
                                    sendWithoutRequest { true }
                                }
                            }
                        val http =
                            HttpClient(engine) {
                                if (isFirst) auth()
                                install(OAuth) {
                                    client = this@inWorld.client
                                    tokens = source
                                    allow(API)
                                }
                                if (!isFirst) auth()
                            }
                        http.get("$API/orders")
                        sent.single().authorization shouldBe "Basic bWU6bWluZQ=="
                        server.issuedAccessTokens shouldBe 0
                    }
                }
            }

            test("keeps the request from tokens at all its hops, also where Ktor drops the header") {
                inWorld {
                    answer("$ELSEWHERE/start", movedTo("$API/orders"))
                    http().get("$ELSEWHERE/start") { bearerAuth("mine") }
                    sent.map { it.authorization } shouldBe listOf("Bearer mine", null)
                }
            }
        }

        context("the library's own requests through the same client") {
            test("pass untouched: a client may get its tokens through the HttpClient that sends them") {
                inWorld {
                    // it answers as the authorization server, whose origin gets tokens too
                    val oauth = CompletableDeferred<OpenIdClient>()
                    val orders = CompletableDeferred<TokenSource>()
                    val engine =
                        MockEngine { request ->
                            val url = request.url.toString()
                            sent += Sent(request.method.value, url, request.headers["Authorization"], null, "")
                            if (!url.startsWith(server.issuer)) return@MockEngine respond("fine")
                            val answer = server.send(libraryRequest(request))
                            respondJson(answer)
                        }
                    val http =
                        HttpClient(engine) {
                            install(OAuth) {
                                client = ClientSource { oauth.await() }
                                tokens = Deferring { orders.await() }
                                allow(API)
                                allow(server.issuer)
                            }
                        }
                    val client =
                        OpenIdClient(server.metadata, "app") {
                            clientSecret("secret-of-the-app")
                            transport = KtorTransport(http)
                        }
                    oauth.complete(client)
                    orders.complete(ClientCredentialsTokens(client).source())
                    withTimeout(20_000) { http.get("$API/orders") }.status.value shouldBe 200
                    sent.map { it.authorization?.substringBefore(' ') } shouldContainExactly listOf(null, "Bearer")
                }
            }
        }

        context("a token that is refused") {
            test("is renewed, and the caller sees the second answer alone") {
                inWorld {
                    answer("$API/orders", REFUSED)
                    val seen = mutableListOf<Int>()
                    val http = http { HttpResponseValidator { validateResponse { seen += it.status.value } } }
                    http.get("$API/orders").bodyAsText() shouldBe "fine"
                    tokens.distinct().size shouldBe 2
                    seen shouldBe listOf(200)
                }
            }

            test("twice is the caller's 401, and expectSuccess throws for it") {
                inWorld {
                    answer("$API/orders", REFUSED, REFUSED)
                    val http = http { expectSuccess = true }
                    val failure = shouldThrow<ClientRequestException> { http.get("$API/orders") }
                    failure.response.status.value shouldBe 401
                    failure.response.headers["WWW-Authenticate"] shouldBe "Bearer error=\"invalid_token\""
                    sent.size shouldBe 2
                }
            }

            test("and a nonce that is asked for: three sends, with three proofs") {
                inWorld(isBound = true) {
                    answer("$API/orders", wantsNonce("n1"), REFUSED_DPOP, REFUSED_DPOP)
                    http().get("$API/orders").status.value shouldBe 401
                    sent.map { it.proven("nonce") } shouldBe listOf(null, "n1", "n1")
                    sent.map { it.proven("jti") }.distinct().size shouldBe 3
                }
            }

            test("counts for maxSendCount") {
                inWorld {
                    answer("$API/orders", REFUSED)
                    val http = http { install(HttpSend) { maxSendCount = 1 } }
                    shouldThrow<SendCountExceedException> { http.get("$API/orders") }
                    sent.size shouldBe 1
                }
            }

            test("by twenty requests at once is renewed once") {
                inWorld {
                    val old = source.token().accessToken
                    val allSent = CompletableDeferred<Unit>()
                    answering = {
                        if (sent.size == 20) allSent.complete(Unit)
                        if (it.token == old) allSent.await()
                        if (it.token == old) REFUSED else null
                    }
                    val http = http()
                    val answers =
                        coroutineScope {
                            (0..<20)
                                .map {
                                    async {
                                        http
                                            .get(
                                                "$API/orders/$it",
                                            ).status.value
                                    }
                                }.awaitAll()
                        }
                    answers.distinct() shouldBe listOf(200)
                    server.issuedAccessTokens shouldBe 2
                    sent.map { it.token } shouldBe List(20) { old } + List(20) { source.token().accessToken }
                }
            }
        }

        context("a source that has no token") {
            test("keeps every request back, and its exception is the caller's") {
                inWorld {
                    val failing = Deferring { throw IOException("no token today") }
                    shouldThrow<IOException> { http().get("$API/orders") { tokens(failing) } }.message shouldBe
                        "no token today"
                    sent.size shouldBe 0
                }
            }

            test("after a 401 keeps the second send back") {
                inWorld {
                    answer("$API/orders", REFUSED)
                    val http = http()
                    http.get("$API/fine")
                    server.tokenEndpoint.failNext(400)
                    shouldThrow<Exception> { http.get("$API/orders") }
                    sent.size shouldBe 2
                }
            }
        }

        context("who is cancelled") {
            test("while the token is awaited sends nothing") {
                inWorld {
                    val asked = CompletableDeferred<Unit>()
                    val never =
                        Deferring {
                            asked.complete(Unit)
                            awaitCancellation()
                        }
                    coroutineScope {
                        val call = launch { http().get("$API/orders") { tokens(never) } }
                        asked.await()
                        call.cancelAndJoin()
                    }
                    sent.size shouldBe 0
                }
            }

            test("between two sends does not send again; the next request has the other token") {
                inWorld {
                    answer("$API/orders", REFUSED)
                    val http = http()
                    http.get("$API/fine")
                    server.tokenEndpoint.delayNext(Duration.ofMillis(300))
                    coroutineScope {
                        val call = launch { http.get("$API/orders") }
                        while (server.tokenEndpoint.requestCount < 2) yield()
                        call.cancelAndJoin()
                    }
                    sent.size shouldBe 2
                    http.get("$API/fine")
                    server.issuedAccessTokens shouldBe 2
                    sent.last().token shouldNotBe sent.first().token
                }
            }
        }

        test("headers of the caller's that look alike stay as they are") {
            inWorld {
                http().get("$API/orders") { header("Proxy-Authorization", "Basic cHJveHk6bWU=") }
                engine.requestHistory.single().headers["Proxy-Authorization"] shouldBe "Basic cHJveHk6bWU="
            }
        }
    })
