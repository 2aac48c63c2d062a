package dev.openidclient.samples.recipes

import dev.openidclient.async.AsyncResourceAccess
import dev.openidclient.contract.CallerAnswer
import dev.openidclient.contract.CallerRequest
import dev.openidclient.contract.CallerSetup
import dev.openidclient.contract.LocalServer
import dev.openidclient.contract.ResourceAccessContract
import dev.openidclient.http.HttpHeaders
import dev.openidclient.resource.ResourceAccess
import dev.openidclient.tokensource.TokenSource
import feign.Client
import feign.Feign
import feign.FeignException
import feign.Request
import feign.RequestLine
import feign.Response
import feign.RetryableException
import feign.http2client.Http2Client
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.maps.shouldNotContainKey
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import java.io.InputStream
import java.io.InterruptedIOException
import java.net.ProxySelector
import java.net.http.HttpClient
import java.util.concurrent.CompletableFuture
import java.util.function.Function
import kotlin.concurrent.thread

/** The recipe of each language keeps what every adapter owes, and is a client of Feign's. */
class FeignCallsSpec :
    FunSpec({
        // guards against a hang
        timeout = 120_000

        val clients =
            mapOf<String, (ResourceAccess, Client) -> Client>(
                "Kotlin" to { access, http -> feignClient(access, http) },
                "Java" to { access, http -> FeignCalls.client(AsyncResourceAccess.from(access), http) },
            )

        for ((language, client) in clients) {
            val contract =
                object : ResourceAccessContract() {
                    override val followsRedirects = false
                    override val hasBodiesOfOneUse = false
                    override val takesTokensOfRequest = false

                    override fun newCaller(setup: CallerSetup) = FeignCaller(client(setup.access, overJdk(setup)))
                }
            context("Feign in $language") {
                // feign-java11 turns the order of two fields of one name around
                val kept = contract.checks().filterNot { "in two fields" in it.name }
                for (check in kept) test(check.name) { check.run() }

                test("an interface has the answer to a request that was sent again") {
                    Refusing(1).use { api ->
                        api.feign(client).orders() shouldBe "orders"
                        api.server.requests.size shouldBe 2
                    }
                }

                test("what is thrown about an answer does not show the token") {
                    Refusing(Int.MAX_VALUE).use { api ->
                        val failure = shouldThrow<FeignException.Unauthorized> { api.feign(client).post("abc") }
                        failure.request().headers() shouldNotContainKey "authorization"
                        failure.toString() shouldNotContain "Bearer "
                        api.server.requests.map { it.body.decodeToString() } shouldContainExactly listOf("abc", "abc")
                    }
                }

                test("a redirect is an answer") {
                    LocalServer { respond("302 Found", "", "Location: http://127.0.0.1:1/") }.use { server ->
                        val api = Refusing(0, server)
                        api.feign(client).answer().use { it.status() shouldBe 302 }
                        server.requests.single().all("authorization").size shouldBe 1
                    }
                }

                test("an interrupt while a token is awaited ends the call, and nothing is sent") {
                    Refusing(0).use { api ->
                        val waiting = WaitingTokens()
                        var failure: Throwable? = null
                        val caller =
                            thread {
                                failure = shouldThrow<RetryableException> { api.feign(client, waiting).orders() }
                                failure = failure?.cause
                            }
                        waiting.isAsked.join()
                        caller.interrupt()
                        caller.join()
                        (failure is InterruptedIOException) shouldBe true
                        api.server.requests.shouldBeEmpty()
                    }
                }
            }
        }
    })

/** What Feign makes an implementation of. */
internal interface OrdersApi {
    @RequestLine("GET /orders")
    fun orders(): String

    @RequestLine("POST /orders")
    fun post(body: String)

    @RequestLine("GET /orders")
    fun answer(): Response
}

private fun Refusing.feign(
    client: (ResourceAccess, Client) -> Client,
    tokens: TokenSource = this.tokens,
): OrdersApi =
    Feign
        .builder()
        .client(client(access(tokens), Client.Default(null, null)))
        .target(OrdersApi::class.java, origin)

private fun overJdk(setup: CallerSetup): Client =
    Http2Client(
        HttpClient
            .newBuilder()
            .proxy(ProxySelector.of(setup.proxy))
            .version(HttpClient.Version.HTTP_1_1)
            .build(),
    )

private class FeignCaller(
    private val client: Client,
) : BlockingCaller() {
    override fun <T : Any> send(
        request: CallerRequest,
        read: Function<CallerAnswer, T>,
    ): CompletableFuture<T> {
        val method = Request.HttpMethod.valueOf(request.method)
        val sent = Request.create(method, request.url, request.headers.toMap(), request.body, null, null)
        return call {
            client.execute(sent, Request.Options()).use { answer ->
                val headers = HttpHeaders.received(answer.headers().mapValues { it.value.toList() })
                val body = answer.body()?.asInputStream() ?: InputStream.nullInputStream()
                read.apply(CallerAnswer(answer.status(), headers, body))
            }
        }
    }
}
