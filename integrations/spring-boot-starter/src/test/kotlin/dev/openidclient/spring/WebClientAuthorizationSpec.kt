package dev.openidclient.spring

import dev.openidclient.async.AsyncResourceAccess
import dev.openidclient.async.AsyncTokenSource
import dev.openidclient.contract.AuthorizedCaller
import dev.openidclient.contract.CallerAnswer
import dev.openidclient.contract.CallerRequest
import dev.openidclient.contract.CallerSetup
import dev.openidclient.contract.ResourceAccessContract
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.netty.buffer.UnpooledByteBufAllocator
import io.netty.channel.ChannelOption
import org.springframework.boot.autoconfigure.AutoConfigurations
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration
import org.springframework.boot.test.context.runner.ApplicationContextRunner
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration
import org.springframework.core.io.buffer.DataBuffer
import org.springframework.core.io.buffer.DataBufferUtils
import org.springframework.http.HttpMethod
import org.springframework.http.client.reactive.ClientHttpConnector
import org.springframework.http.client.reactive.JdkClientHttpConnector
import org.springframework.http.client.reactive.ReactorClientHttpConnector
import org.springframework.web.reactive.function.client.WebClient
import org.springframework.web.reactive.function.client.WebClientRequestException
import reactor.core.publisher.Mono
import reactor.netty.resources.ConnectionProvider
import java.net.ProxySelector
import java.net.URI
import java.net.http.HttpClient
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger
import java.util.function.Function
import kotlin.time.Duration.Companion.seconds
import reactor.netty.http.client.HttpClient as NettyHttpClient

private class WebClientCaller(
    setup: CallerSetup,
) : AuthorizedCaller {
    private val threads = Executors.newCachedThreadPool()
    private val client =
        WebClient
            .builder()
            .clientConnector(
                JdkClientHttpConnector(HttpClient.newBuilder().proxy(ProxySelector.of(setup.proxy)).build()),
            ).filter(WebClientAuthorization.of(AsyncResourceAccess.from(setup.access)))
            .build()

    override fun <T : Any> send(
        request: CallerRequest,
        read: Function<CallerAnswer, T>,
    ): CompletableFuture<T> {
        val spec = client.method(HttpMethod.valueOf(request.method)).uri(URI.create(request.url))
        request.headers.toMap().forEach { (name, values) -> spec.header(name, *values.toTypedArray()) }
        request.body?.let { spec.header("content-type", "application/octet-stream").bodyValue(it) }
        if (!request.isBodyOfOneUse) spec.attributes(WebClientAuthorization.repeatable())
        return spec
            .exchangeToMono { response ->
                val body = DataBufferUtils.subscriberInputStream(response.bodyToFlux(DataBuffer::class.java), 1)
                val headers = SpringHeaders.read(response.headers().asHttpHeaders())
                val answer = CallerAnswer(response.statusCode().value(), headers, body)
                Mono.fromFuture(CompletableFuture.supplyAsync({ read.apply(answer) }, threads))
            }.onErrorMap(WebClientRequestException::class.java) { CompletionException(it.cause) }
            .toFuture()
            .thenApply { checkNotNull(it) }
    }

    override fun close() {
        threads.shutdownNow()
    }
}

private fun reactive(): ApplicationContextRunner =
    applications().withConfiguration(
        AutoConfigurations.of(
            OpenIdWebClientAutoConfiguration::class.java,
            ReactiveHttpClientAutoConfiguration::class.java,
            WebClientAutoConfiguration::class.java,
        ),
    )

class WebClientAuthorizationSpec :
    FunSpec({
        timeout = 60_000

        val contract =
            object : ResourceAccessContract() {
                override fun newCaller(setup: CallerSetup): AuthorizedCaller = WebClientCaller(setup)

                override val followsRedirects = false
                override val takesTokensOfRequest = false
                override val canCancel = false
            }
        context("as every client with tokens:") {
            for (check in contract.checks()) test(check.name) { check.run() }
        }

        test(
            "a WebClient of Spring Boot's has the client's tokens for the origins that are allowed, and for no others",
        ) {
            Api().use { api ->
                Api().use { other ->
                    reactive()
                        .ordersAt(testServer())
                        .withPropertyValues("$ORDERS.allow=${api.origin}", "$ORDERS.allow-insecure-requests=true")
                        .run { context ->
                            val client = context.getBean(WebClient.Builder::class.java).build()
                            client.get().uri("${api.origin}/orders").retrieve().toBodilessEntity().block()
                            client.get().uri("${other.origin}/orders").retrieve().toBodilessEntity().block()

                            val token = context.getBean(AsyncTokenSource::class.java).token().join()
                            api.authorizations shouldBe listOf("Bearer ${token.accessToken}")
                            other.authorizations shouldBe listOf(null)
                        }
                }
            }
        }

        test("no redirect is followed, so no token goes where it leads") {
            Api().use { elsewhere ->
                Api { exchange ->
                    exchange.responseHeaders["location"] = "${elsewhere.origin}/orders"
                    exchange.sendResponseHeaders(302, -1)
                }.use { api ->
                    reactive()
                        .ordersAt(testServer())
                        .withPropertyValues("$ORDERS.allow=${api.origin}", "$ORDERS.allow-insecure-requests=true")
                        .run { context ->
                            val client = context.getBean(WebClient.Builder::class.java).build()
                            val answer = client.get().uri("${api.origin}/orders").retrieve().toBodilessEntity().block()

                            answer?.statusCode?.value() shouldBe 302
                            elsewhere.authorizations shouldHaveSize 0
                        }
                }
            }
        }

        test("the answer to a request that is sent again is given back: one connection, and no buffer is kept") {
            val count = AtomicInteger()
            Api { exchange ->
                val isRefused = count.getAndIncrement() % 2 == 0
                exchange.responseHeaders["www-authenticate"] = "Bearer error=\"invalid_token\""
                exchange.sendResponseHeaders(if (isRefused) 401 else 200, 0)
                exchange.responseBody.write(ByteArray(100_000))
            }.use { api ->
                val connections =
                    ConnectionProvider
                        .builder("one")
                        .maxConnections(1)
                        .pendingAcquireTimeout(Duration.ofSeconds(5))
                        .build()
                val memory = UnpooledByteBufAllocator(false)
                val engine = NettyHttpClient.create(connections).option(ChannelOption.ALLOCATOR, memory)
                reactive()
                    .ordersAt(testServer())
                    .withPropertyValues("$ORDERS.allow=${api.origin}", "$ORDERS.allow-insecure-requests=true")
                    .withBean(ClientHttpConnector::class.java, { ReactorClientHttpConnector(engine) })
                    .run { context ->
                        val client = context.getBean(WebClient.Builder::class.java).build()
                        repeat(20) {
                            val answer = client.get().uri("${api.origin}/orders").retrieve().toBodilessEntity()
                            answer.block(Duration.ofSeconds(10))
                        }
                    }
                connections.dispose()
                eventually(5.seconds) { memory.metric().usedHeapMemory() shouldBe 0 }
            }
        }
    })
