package dev.openidclient.spring

import dev.openidclient.testserver.TestAuthorizationServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import org.springframework.boot.autoconfigure.AutoConfigurations
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder
import org.springframework.boot.http.client.HttpClientSettings
import org.springframework.boot.http.client.HttpRedirects
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration
import org.springframework.boot.restclient.autoconfigure.RestClientSsl
import org.springframework.boot.test.context.runner.ApplicationContextRunner
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration
import org.springframework.boot.webclient.autoconfigure.WebClientSsl
import org.springframework.context.ApplicationContext
import org.springframework.http.client.JdkClientHttpRequestFactory
import org.springframework.http.client.reactive.ClientHttpConnector
import org.springframework.http.client.reactive.JdkClientHttpConnector
import org.springframework.http.client.reactive.ReactorClientHttpConnector
import org.springframework.web.client.RestClient
import org.springframework.web.reactive.function.client.WebClient
import org.springframework.web.reactive.function.client.WebClientRequestException
import reactor.netty.http.client.HttpClient
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList

private const val REDIRECTS = "spring.http.clients.redirects"

private val trusted by lazy { TestAuthorizationServer {}.trust() }

/** Spring Boot's HTTP clients, with an SSL bundle `trusted`. */
private fun withClients(): ApplicationContextRunner =
    applications()
        .withConfiguration(
            AutoConfigurations.of(
                SslAutoConfiguration::class.java,
                OpenIdWebClientAutoConfiguration::class.java,
                ReactiveHttpClientAutoConfiguration::class.java,
                WebClientAutoConfiguration::class.java,
            ),
        ).withPropertyValues("spring.ssl.bundle.pem.trusted.truststore.certificate=$trusted")

/** An API that is allowed and leads away, to [elsewhere]. */
private class Moving : AutoCloseable {
    val elsewhere = Api()
    private val api =
        Api { exchange ->
            exchange.responseHeaders["location"] = "${elsewhere.origin}/orders"
            exchange.sendResponseHeaders(302, -1)
        }
    val origin = api.origin
    val authorizations get() = api.authorizations

    override fun close() {
        api.close()
        elsewhere.close()
    }

    /** As an application sends it, whose answer has this status. */
    fun statusOf(client: RestClient): Int =
        client
            .get()
            .uri("$origin/orders")
            .retrieve()
            .toBodilessEntity()
            .statusCode
            .value()

    fun statusOf(client: WebClient): Int? =
        client
            .get()
            .uri("$origin/orders")
            .retrieve()
            .toBodilessEntity()
            .block()
            ?.statusCode
            ?.value()

    fun isNotFollowed(status: Int?) {
        status shouldBe 302
        authorizations shouldHaveSize 1
        authorizations.single().shouldNotBeNull() shouldStartWith "Bearer "
        elsewhere.authorizations shouldHaveSize 0
    }
}

private fun ApplicationContextRunner.allowing(api: Moving) =
    ordersAt(testServer()).withPropertyValues("$ORDERS.allow=${api.origin}", "$ORDERS.allow-insecure-requests=true")

class RedirectsSpec :
    FunSpec({
        timeout = 60_000

        val restClients =
            mapOf<String, (ApplicationContext) -> RestClient>(
                "RestClient" to { it.getBean(RestClient.Builder::class.java).build() },
                "RestClient with an SSL bundle" to {
                    it
                        .getBean(RestClient.Builder::class.java)
                        .apply(it.getBean(RestClientSsl::class.java).fromBundle("trusted"))
                        .build()
                },
            )
        for ((name, client) in restClients) {
            for (engine in listOf("jdk", "http-components", "reactor", "simple")) {
                val values = if (engine == "jdk") listOf("follow-when-possible", "follow") else listOf("follow")
                for (redirects in values) {
                    test("a $name over $engine follows none with its token, whatever $REDIRECTS says: $redirects") {
                        Moving().use { api ->
                            withClients()
                                .allowing(api)
                                .withPropertyValues("spring.http.clients.imperative.factory=$engine")
                                .withPropertyValues("$REDIRECTS=$redirects")
                                .run { api.isNotFollowed(api.statusOf(client(it))) }
                        }
                    }
                }
            }
        }

        val webClients =
            mapOf<String, (ApplicationContext) -> WebClient>(
                "WebClient" to { it.getBean(WebClient.Builder::class.java).build() },
                "WebClient with an SSL bundle" to {
                    it
                        .getBean(WebClient.Builder::class.java)
                        .apply(it.getBean(WebClientSsl::class.java).fromBundle("trusted"))
                        .build()
                },
            )
        for ((name, client) in webClients) {
            for (engine in listOf("jdk", "reactor")) {
                test("a $name over $engine follows none with its token, whatever $REDIRECTS says") {
                    Moving().use { api ->
                        withClients()
                            .allowing(api)
                            .withPropertyValues("spring.http.clients.reactive.connector=$engine")
                            .withPropertyValues("$REDIRECTS=follow")
                            .run { api.isNotFollowed(api.statusOf(client(it))) }
                    }
                }
            }
        }

        test("without Spring Boot's own settings none is followed either") {
            Moving().use { api ->
                ApplicationContextRunner()
                    .withConfiguration(
                        AutoConfigurations.of(
                            OpenIdClientAutoConfiguration::class.java,
                            OpenIdHttpClientAutoConfiguration::class.java,
                            OpenIdRestClientAutoConfiguration::class.java,
                            RestClientAutoConfiguration::class.java,
                        ),
                    ).allowing(api)
                    .run { api.isNotFollowed(api.statusOf(it.getBean(RestClient.Builder::class.java).build())) }
            }
        }

        test("without allowed origins they are followed as before") {
            Moving().use { api ->
                withClients().ordersAt(testServer()).run { context ->
                    context.getBean(HttpClientSettings::class.java).redirects() shouldBe null
                    api.statusOf(context.getBean(RestClient.Builder::class.java).build()) shouldBe 200
                }
            }
        }

        context("what the application has set stays:") {
            test("timeouts, and settings of its own making") {
                Moving().use { api ->
                    withClients()
                        .allowing(api)
                        .withPropertyValues("spring.http.clients.connect-timeout=3s")
                        .run { context ->
                            val settings = context.getBean(HttpClientSettings::class.java)
                            settings.connectTimeout() shouldBe Duration.ofSeconds(3)
                            settings.redirects() shouldBe HttpRedirects.DONT_FOLLOW
                        }
                    val own = HttpClientSettings.defaults().withReadTimeout(Duration.ofSeconds(7))
                    withClients()
                        .allowing(api)
                        .withBean(HttpClientSettings::class.java, { own })
                        .run { context ->
                            context.getBean(HttpClientSettings::class.java) shouldBe
                                own.withRedirects(HttpRedirects.DONT_FOLLOW)
                        }
                }
            }

            test("what builds the request factories") {
                val built = CopyOnWriteArrayList<HttpClientSettings?>()
                val own =
                    ClientHttpRequestFactoryBuilder { settings ->
                        built += settings
                        JdkClientHttpRequestFactory()
                    }
                Moving().use { api ->
                    withClients()
                        .allowing(api)
                        .withBean(ClientHttpRequestFactoryBuilder::class.java, { own })
                        .run { context ->
                            api.isNotFollowed(api.statusOf(context.getBean(RestClient.Builder::class.java).build()))
                            built.map { it?.redirects() } shouldBe listOf(HttpRedirects.DONT_FOLLOW)
                        }
                }
            }

            test("the connector") {
                val own = JdkClientHttpConnector()
                Moving().use { api ->
                    withClients()
                        .allowing(api)
                        .withBean(ClientHttpConnector::class.java, { own })
                        .run { context ->
                            context.getBean(ClientHttpConnector::class.java) shouldBeSameInstanceAs own
                            api.isNotFollowed(api.statusOf(context.getBean(WebClient.Builder::class.java).build()))
                        }
                }
            }
        }

        test("Reactor Netty that follows redirects gets no token: the request fails before it is sent") {
            Moving().use { api ->
                val own = ReactorClientHttpConnector(HttpClient.create().followRedirect(true))
                withClients()
                    .allowing(api)
                    .withBean(ClientHttpConnector::class.java, { own })
                    .run { context ->
                        val client = context.getBean(WebClient.Builder::class.java).build()
                        val failure = shouldThrow<WebClientRequestException> { api.statusOf(client) }

                        failure.cause.shouldBeInstanceOf<IllegalStateException>().message shouldContain
                            "followRedirect(false)"
                        api.authorizations shouldHaveSize 0
                        api.elsewhere.authorizations shouldHaveSize 0
                    }
            }
        }

        test("what the application does with each request of its own is still done") {
            Api().use { api ->
                val seen = CopyOnWriteArrayList<String>()
                withClients()
                    .ordersAt(testServer())
                    .withPropertyValues("$ORDERS.allow=${api.origin}", "$ORDERS.allow-insecure-requests=true")
                    .run { context ->
                        val client = context.getBean(WebClient.Builder::class.java).build()
                        client
                            .get()
                            .uri("${api.origin}/orders")
                            .httpRequest { seen += it.uri.path }
                            .retrieve()
                            .toBodilessEntity()
                            .block()
                    }
                seen shouldBe listOf("/orders")
            }
        }

        context("a group of HTTP service clients that follows redirects") {
            fun failureOf(vararg properties: String): Throwable? {
                var failure: Throwable? = null
                withClients()
                    .ordersAt(testServer())
                    .withPropertyValues("$ORDERS.allow=https://api.example.com")
                    .withPropertyValues(*properties)
                    .run { failure = it.startupFailure }
                return failure
            }

            test("fails the start where a client has tokens for requests, whatever its base URL") {
                for (url in listOf(null, "https://api.example.com/v1", "https://other.example.com")) {
                    val properties = arrayOf("spring.http.serviceclient.shop.redirects=follow")
                    val named = url?.let { arrayOf("spring.http.serviceclient.shop.base-url=$it") }.orEmpty()
                    val failure = failureOf(*properties, *named).shouldNotBeNull()
                    InvalidPropertyFailureAnalyzer().analyze(failure).shouldNotBeNull().description shouldStartWith
                        "The property spring.http.serviceclient.shop.redirects lets requests"
                }
            }

            test("is left alone where there are none") {
                failureOf("spring.http.serviceclient.shop.redirects=dont-follow") shouldBe null
                failureOf("spring.http.serviceclient.shop.redirects=follow", "$ORDERS.allow=") shouldBe null
            }
        }
    })
