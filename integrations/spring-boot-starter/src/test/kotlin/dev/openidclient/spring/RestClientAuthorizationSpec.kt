package dev.openidclient.spring

import dev.openidclient.async.AsyncResourceAccess
import dev.openidclient.async.AsyncTokenSource
import dev.openidclient.contract.AuthorizedCaller
import dev.openidclient.contract.CallerAnswer
import dev.openidclient.contract.CallerRequest
import dev.openidclient.contract.CallerSetup
import dev.openidclient.contract.ResourceAccessContract
import dev.openidclient.error.OAuthException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import org.springframework.http.HttpMethod
import org.springframework.http.client.JdkClientHttpRequestFactory
import org.springframework.web.client.ResourceAccessException
import org.springframework.web.client.RestClient
import java.net.ProxySelector
import java.net.URI
import java.net.http.HttpClient
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.Executors
import java.util.function.Function

private class RestClientCaller(
    setup: CallerSetup,
) : AuthorizedCaller {
    private val threads = Executors.newCachedThreadPool()
    private val client =
        RestClient
            .builder()
            .requestFactory(
                JdkClientHttpRequestFactory(HttpClient.newBuilder().proxy(ProxySelector.of(setup.proxy)).build()),
            ).requestInterceptor(RestClientAuthorization.of(AsyncResourceAccess.from(setup.access)))
            .build()

    override fun <T : Any> send(
        request: CallerRequest,
        read: Function<CallerAnswer, T>,
    ): CompletableFuture<T> =
        CompletableFuture.supplyAsync({
            val spec = client.method(HttpMethod.valueOf(request.method)).uri(URI.create(request.url))
            request.headers.toMap().forEach { (name, values) -> spec.header(name, *values.toTypedArray()) }
            request.body?.let { spec.header("content-type", "application/octet-stream").body(it) }
            try {
                spec.exchange { _, response ->
                    val headers = SpringHeaders.read(response.headers)
                    read.apply(CallerAnswer(response.statusCode.value(), headers, response.body))
                }
            } catch (e: ResourceAccessException) {
                // as Spring puts it around what the HTTP client throws
                throw CompletionException(e.cause)
            }
        }, threads)

    override fun close() {
        threads.shutdownNow()
    }
}

class RestClientAuthorizationSpec :
    FunSpec({
        timeout = 60_000

        val contract =
            object : ResourceAccessContract() {
                override fun newCaller(setup: CallerSetup): AuthorizedCaller = RestClientCaller(setup)

                override val followsRedirects = false
                override val hasBodiesOfOneUse = false
                override val takesTokensOfRequest = false
                override val canCancel = false
            }
        context("as every client with tokens:") {
            for (check in contract.checks()) test(check.name) { check.run() }
        }

        test(
            "a RestClient of Spring Boot's has the client's tokens for the origins that are allowed, and for no others",
        ) {
            val server = testServer()
            Api().use { api ->
                Api().use { other ->
                    applications()
                        .ordersAt(server)
                        .withPropertyValues("$ORDERS.allow=${api.origin}", "$ORDERS.allow-insecure-requests=true")
                        .run { context ->
                            val client = context.getBean(RestClient.Builder::class.java).build()
                            client.get().uri("${api.origin}/orders").retrieve().toBodilessEntity()
                            client.get().uri("${other.origin}/orders").retrieve().toBodilessEntity()

                            val token = context.getBean(AsyncTokenSource::class.java).token().join()
                            api.authorizations shouldBe listOf("Bearer ${token.accessToken}")
                            other.authorizations shouldBe listOf(null)
                        }
                }
            }
        }

        test("a token that is refused is renewed once, and the request sent again with its body") {
            val refused = mutableSetOf<String>()
            Api { exchange ->
                val authorization = exchange.requestHeaders.getFirst("authorization")
                if (refused.isEmpty()) refused += authorization
                if (authorization in
                    refused
                ) {
                    exchange.responseHeaders["www-authenticate"] = "Bearer error=\"invalid_token\""
                }
                exchange.sendResponseHeaders(if (authorization in refused) 401 else 200, -1)
            }.use { api ->
                applications()
                    .ordersAt(testServer())
                    .withPropertyValues("$ORDERS.allow=${api.origin}", "$ORDERS.allow-insecure-requests=true")
                    .run { context ->
                        val client = context.getBean(RestClient.Builder::class.java).build()
                        client.post().uri("${api.origin}/orders").body("an order").retrieve().toBodilessEntity()

                        api.bodies shouldBe listOf("an order", "an order")
                        api.authorizations shouldHaveSize 2
                        api.authorizations[0] shouldNotBe api.authorizations[1]
                    }
            }
        }

        test("no redirect is followed, so no token goes where it leads") {
            Api().use { elsewhere ->
                Api { exchange ->
                    exchange.responseHeaders["location"] = "${elsewhere.origin}/orders"
                    exchange.sendResponseHeaders(302, -1)
                }.use { api ->
                    applications()
                        .ordersAt(testServer())
                        .withPropertyValues("$ORDERS.allow=${api.origin}", "$ORDERS.allow-insecure-requests=true")
                        .run { context ->
                            val client = context.getBean(RestClient.Builder::class.java).build()
                            val answer = client.get().uri("${api.origin}/orders").retrieve().toBodilessEntity()

                            answer.statusCode.value() shouldBe 302
                            elsewhere.authorizations shouldHaveSize 0
                        }
                }
            }
        }

        test("where there is no token nothing is sent, and the caller hears why") {
            val server = testServer().apply { isDown = true }
            Api().use { api ->
                applications()
                    .ordersAt(server)
                    .withPropertyValues("$ORDERS.allow=${api.origin}", "$ORDERS.allow-insecure-requests=true")
                    .run { context ->
                        val client = context.getBean(RestClient.Builder::class.java).build()
                        shouldThrow<OAuthException> {
                            client
                                .get()
                                .uri(
                                    "${api.origin}/orders",
                                ).retrieve()
                                .toBodilessEntity()
                        }
                        api.authorizations shouldHaveSize 0
                    }
            }
        }

        test("without allowed origins Spring Boot's RestClient is as it was") {
            Api { exchange ->
                if (exchange.requestURI.path == "/old") exchange.responseHeaders["location"] = "/new"
                exchange.sendResponseHeaders(if (exchange.requestURI.path == "/old") 302 else 200, -1)
            }.use { api ->
                applications().ordersAt(testServer()).run { context ->
                    val client = context.getBean(RestClient.Builder::class.java).build()
                    client.get().uri("${api.origin}/old").retrieve().toBodilessEntity().statusCode.value() shouldBe 200
                }
            }
        }
    })
