package dev.openidclient.spring

import dev.openidclient.async.AsyncResourceAccess
import dev.openidclient.async.AsyncResourceServer
import dev.openidclient.client.InsecureRequests
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.resourceserver.GrantedAccess
import dev.openidclient.testserver.TestAuthorizationServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import org.springframework.boot.test.context.FilteredClassLoader
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner
import org.springframework.context.ApplicationContext
import org.springframework.context.annotation.Configuration
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter
import org.springframework.mock.http.server.reactive.MockServerHttpRequest
import org.springframework.mock.web.server.MockServerWebExchange
import org.springframework.security.core.context.ReactiveSecurityContextHolder
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.RequestAttribute
import org.springframework.web.bind.annotation.RestController
import org.springframework.web.reactive.config.EnableWebFlux
import org.springframework.web.reactive.function.client.WebClient
import org.springframework.web.server.adapter.WebHttpHandlerBuilder
import reactor.core.publisher.Mono
import reactor.netty.http.server.HttpServer
import java.net.InetAddress
import java.net.ServerSocket
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.net.http.HttpResponse.BodyHandlers
import java.security.Principal

@Configuration(proxyBeanMethods = false)
@EnableWebFlux
private class Web

@RestController
private class OrdersRoutes {
    @GetMapping("/api/orders")
    fun orders(
        @RequestAttribute(AccessTokenWebFilter.ACCESS) access: GrantedAccess,
        principal: Principal,
    ): Mono<String> = Mono.just("orders for ${principal.name} by ${access.tokenType}")

    @GetMapping("/api/write")
    fun write(
        @RequestAttribute(AccessTokenWebFilter.ACCESS) access: GrantedAccess,
    ): Mono<String> = Mono.fromCallable { access.requireScopes("orders:write").toString() }

    @GetMapping("/api/authorities")
    fun authorities(): Mono<String> =
        ReactiveSecurityContextHolder.getContext().map { "${it.authentication?.authorities}" }

    @GetMapping("/api/failing")
    fun failing(): Mono<String> = Mono.error(UnsupportedFeatureException("of the operation itself"))

    @GetMapping("/open")
    fun open(): Mono<String> = Mono.just("open")
}

private class Served(
    val context: ApplicationContext,
    val server: TestAuthorizationServer,
    private val port: Int,
) {
    val origin = "http://127.0.0.1:$port"

    fun get(
        path: String,
        authorization: String? = null,
    ): HttpResponse<String> {
        val request = HttpRequest.newBuilder(URI.create("$origin$path"))
        authorization?.let { request.header("Authorization", it) }
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString())
    }
}

private fun freePort() = ServerSocket(0, 0, InetAddress.getLoopbackAddress()).use { it.localPort }

/** A reactive application that takes tokens, on a port of this machine. */
private fun served(
    vararg properties: String,
    paths: String = "/api/*",
    check: Served.() -> Unit,
) {
    val server = issuer()
    val port = freePort()
    ReactiveWebApplicationContextRunner()
        .receiving(server)
        .withUserConfiguration(Web::class.java, OrdersRoutes::class.java)
        .withPropertyValues("$SERVER.paths=$paths", "$SERVER.dpop=true", "$SERVER.origins=http://127.0.0.1:$port")
        .withPropertyValues(*properties)
        .run { context ->
            context.startupFailure.shouldBeNull()
            val handler = WebHttpHandlerBuilder.applicationContext(context).build()
            val http =
                HttpServer
                    .create()
                    .host("127.0.0.1")
                    .port(port)
                    .handle(ReactorHttpHandlerAdapter(handler))
                    .bindNow()
            try {
                Served(context, server, port).check()
            } finally {
                http.disposeNow()
            }
        }
}

private fun HttpResponse<*>.challenge(): String = headers().allValues("www-authenticate").joinToString()

@OptIn(InsecureRequests::class)
class ReactiveResourceServerSpec :
    FunSpec({
        timeout = 60_000

        test("lets a request with a valid token through, with what it grants and its principal") {
            served {
                val answer = get("/api/orders", bearerOf(context))
                answer.statusCode() shouldBe 200
                answer.body() shouldBe "orders for app by Bearer"
            }
        }

        test("takes DPoP proofs, where the origin is named that clients use") {
            served("$ORDERS.dpop.key=generate", "$ORDERS.allow-insecure-requests=true") {
                val access =
                    AsyncResourceAccess.of(
                        context.getBean(OpenIdClients::class.java).client("orders"),
                        context.getBean(OpenIdClients::class.java).tokens("orders"),
                    ) { it.allowInsecure(origin) }
                val client = WebClient.builder().filter(WebClientAuthorization.of(access)).build()
                val answer =
                    client
                        .get()
                        .uri("$origin/api/orders")
                        .retrieve()
                        .bodyToMono(String::class.java)
                        .block()
                answer shouldBe "orders for app by DPoP"
            }
        }

        test("answers a request without a token with 401 and the challenges") {
            served {
                val answer = get("/api/orders")
                answer.statusCode() shouldBe 401
                answer.challenge() shouldContain "Bearer"
                answer.challenge() shouldContain "DPoP algs="
                answer.body() shouldBe ""
            }
        }

        test("answers a token that is not valid with invalid_token, and shows it nowhere") {
            served {
                val answer = get("/api/orders", "Bearer not-a-token")
                answer.statusCode() shouldBe 401
                answer.challenge() shouldContain "invalid_token"
                answer.challenge() shouldNotContain "not-a-token"
            }
        }

        test("answers what an operation demands and is not granted") {
            served {
                val answer = get("/api/write", bearerOf(context))
                answer.statusCode() shouldBe 403
                answer.challenge() shouldContain "insufficient_scope"
            }
        }

        test("leaves other paths alone, and is not fooled by another spelling of its own") {
            served {
                get("/open").body() shouldBe "open"
                for (path in listOf("/api/orders", "/%61pi/orders", "/api;a=b/orders", "/api")) {
                    get(path).statusCode() shouldBe 401
                }
            }
        }

        test("stands before all paths where none is named") {
            served(paths = "/*") { get("/open").statusCode() shouldBe 401 }
        }

        test("answers at the path of its metadata, to everybody") {
            served(paths = "/*") {
                val answer = get("/.well-known/oauth-protected-resource")
                answer.statusCode() shouldBe 200
                answer.headers().firstValue("content-type").get() shouldBe "application/json"
                answer.body() shouldContain API
            }
        }

        test("answers 503 while the keys of the server are out of reach") {
            served {
                val bearer = bearerOf(context)
                server.isDown = true
                get("/api/orders", bearer).statusCode() shouldBe 503
            }
        }

        test("does not take a failure of the operation for one of the token") {
            served { get("/api/failing", bearerOf(context)).statusCode() shouldBe 500 }
        }

        test("makes the token Spring Security's authentication, with its scopes as authorities") {
            served { get("/api/authorities", bearerOf(context)).body() shouldBe "[SCOPE_orders:read]" }
        }

        test("is there without Spring Security and without servlets") {
            ReactiveWebApplicationContextRunner()
                .receiving(issuer())
                .withClassLoader(FilteredClassLoader("org.springframework.security", "jakarta.servlet"))
                .run { context ->
                    context.startupFailure.shouldBeNull()
                    context.getBean(AccessTokenWebFilter::class.java).shouldNotBeNull()
                }
        }

        test("gives Spring Security the token where that is there, and works without it") {
            ReactiveWebApplicationContextRunner().receiving(issuer()).run { context ->
                val server = context.getBean(AsyncResourceServer::class.java)
                for (hasSpringSecurity in listOf(true, false)) {
                    val request =
                        MockServerHttpRequest.get("$API/orders").header("Authorization", bearerOf(context)).build()
                    var seen: Boolean? = null
                    AccessTokenWebFilter
                        .of(server, listOf("/*"), hasSpringSecurity)
                        .filter(MockServerWebExchange.from(request)) {
                            ReactiveSecurityContextHolder
                                .getContext()
                                .hasElement()
                                .doOnNext { isThere -> seen = isThere }
                                .then()
                        }.block()
                    seen shouldBe hasSpringSecurity
                }
            }
        }

        test("takes no path without a slash, which no request has") {
            val server = AsyncResourceServer.create(API) { it.issuer("https://as.example.com") }
            shouldThrow<IllegalArgumentException> { AccessTokenWebFilter.of(server, "api/*") }
                .message shouldBe "\"api/*\" is no path of requests: it has to begin with \"/\", as /api/*"
        }

        test("of the application's own making takes the place of this one") {
            ReactiveWebApplicationContextRunner()
                .receiving(issuer())
                .withBean(
                    AccessTokenWebFilter::class.java,
                    {
                        AccessTokenWebFilter.of(
                            AsyncResourceServer.create(API) { it.issuer("https://as.example.com") },
                        )
                    },
                ).run { context ->
                    "${context.getBean(AccessTokenWebFilter::class.java)}" shouldContain "/**"
                    context.getBeanNamesForType(AccessTokenWebFilter::class.java).size shouldBe 1
                }
        }
    })
