package dev.openidclient.spring

import dev.openidclient.async.AsyncDiscoveredClient
import dev.openidclient.async.AsyncResourceAccess
import dev.openidclient.async.AsyncTokenSource
import dev.openidclient.client.ClientSettings
import dev.openidclient.event.ClientListener
import dev.openidclient.event.Observation
import dev.openidclient.event.Operation
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.tokensource.TokenSource
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import org.springframework.beans.factory.annotation.Qualifier
import org.springframework.boot.test.context.runner.ApplicationContextRunner
import org.springframework.core.env.SystemEnvironmentPropertySource
import org.springframework.web.client.RestClient
import java.util.concurrent.CopyOnWriteArrayList

/** As an application asks for the beans of one client among several. */
private class Shop(
    @param:Qualifier("orders") val client: AsyncDiscoveredClient,
    @param:Qualifier("orders") val tokens: AsyncTokenSource,
    @param:Qualifier("orders") val source: TokenSource,
    @param:Qualifier("orders") val access: AsyncResourceAccess,
)

/** A listener that reports to somebody. */
private class Reporting(
    @Suppress("unused") private val builder: RestClient.Builder,
) : ClientListener {
    val heard = CopyOnWriteArrayList<String>()

    override fun started(operation: Operation): Observation {
        heard += operation.name
        return Observation.NONE
    }
}

/** A customizer that fetches what it needs. */
private class Vault(
    builder: RestClient.Builder,
    origin: String,
) : OpenIdClientCustomizer {
    private val client = builder.baseUrl(origin).build()

    override fun customize(
        name: String,
        settings: ClientSettings,
    ) {
        client
            .get()
            .uri("/key")
            .retrieve()
            .toBodilessEntity()
    }
}

class OpenIdClientsSpec :
    FunSpec({
        test("without properties there is no client, and the application starts") {
            applications().run { context ->
                context.startupFailure.shouldBeNull()
                context.getBean(OpenIdClients::class.java).names shouldBe emptySet()
                context.getBeanNamesForType(AsyncTokenSource::class.java).size shouldBe 0
            }
        }

        test("a client of the properties is a bean, and its tokens are, by type where there is one client only") {
            val server = testServer()
            applications().ordersAt(server).withPropertyValues("$ORDERS.scope=read,write").run { context ->
                val tokens = context.getBean(AsyncTokenSource::class.java).token().join()
                tokens.accessToken.isNotEmpty() shouldBe true
                tokens.scope shouldBe "read write"
                context.getBean(AsyncDiscoveredClient::class.java).clientId shouldBe "app"
            }
        }

        test("beans of several clients are told apart by the names of the properties") {
            val server = testServer()
            applications()
                .ordersAt(server)
                .withPropertyValues(
                    "$ORDERS.allow=https://api.example.com",
                    "openid-client.clients.billing.issuer=${server.issuer}",
                    "openid-client.clients.billing.client-id=app",
                    "openid-client.clients.billing.client-secret=$SECRET",
                ).withBean(Shop::class.java)
                .run { context ->
                    val shop = context.getBean(Shop::class.java)
                    val clients = context.getBean(OpenIdClients::class.java)
                    clients.names shouldContainExactlyInAnyOrder listOf("orders", "billing")
                    shop.client shouldBeSameInstanceAs clients.client("orders")
                    shop.tokens shouldBeSameInstanceAs clients.tokens("orders")
                    shop.access shouldBeSameInstanceAs clients.access("orders").orElseThrow()
                    clients.access("billing").isPresent shouldBe false
                    shouldThrow<IllegalArgumentException> { clients.client("other") }.message shouldContain
                        "[orders, billing]"
                }
        }

        test("the application starts while the server is down, asks nobody, and has tokens once it is up") {
            val server = testServer().apply { isDown = true }
            applications().ordersAt(server).run { context ->
                context.startupFailure.shouldBeNull()
                server.requests.size shouldBe 0
                server.isDown = false
                context.getBean(AsyncTokenSource::class.java).token().join()
                server.tokenEndpoint.requestCount shouldBe 1
            }
        }

        test("a bean of the application's own with the name of one of these is left alone") {
            val own = AsyncTokenSource.of { error("never asked") }
            applications()
                .ordersAt(testServer())
                .withBean("ordersTokens", AsyncTokenSource::class.java, { own })
                .run { context -> context.getBean("ordersTokens") shouldBeSameInstanceAs own }
        }

        test("clients of the application's own making take the place of all") {
            val own = OpenIdClients(emptyMap())
            applications()
                .withBean(OpenIdClients::class.java, { own })
                .run { context -> context.getBean(OpenIdClients::class.java) shouldBeSameInstanceAs own }
        }

        test("each listener among the beans hears of the requests") {
            val heard = CopyOnWriteArrayList<String>()
            val listener =
                object : ClientListener {
                    override fun started(operation: Operation): Observation {
                        heard += operation.name
                        return Observation.NONE
                    }
                }
            applications()
                .ordersAt(testServer())
                .withBean(ClientListener::class.java, { listener })
                .run { context ->
                    context.getBean(AsyncTokenSource::class.java).token().join()
                    heard shouldContain "token.client_credentials"
                }
        }

        test("what clients are made of may have HTTP clients of Spring Boot's, and use them meanwhile") {
            Api().use { vault ->
                applications()
                    .ordersAt(testServer())
                    .withPropertyValues("$ORDERS.allow=https://api.example.com")
                    .withBean(Reporting::class.java)
                    .withBean(Vault::class.java, vault.origin)
                    .run { context ->
                        context.startupFailure.shouldBeNull()
                        vault.authorizations shouldBe listOf(null)
                        context.getBean(AsyncTokenSource::class.java).token().join()
                        context.getBean(Reporting::class.java).heard shouldContain "token.client_credentials"
                    }
            }
        }

        test("requests prove the possession of a key that is generated, or read from a PEM file") {
            for (key in listOf("generate", "file:${pemFile()}")) {
                val server =
                    TestAuthorizationServer {
                        client("app", SECRET)
                        requireDpop()
                        requireDpopNonce()
                    }
                applications().ordersAt(server).withPropertyValues("$ORDERS.dpop.key=$key").run { context ->
                    context
                        .getBean(AsyncTokenSource::class.java)
                        .token()
                        .join()
                        .isSenderConstrained shouldBe true
                }
            }
        }

        test("a variable of the environment that others set fails no start") {
            val variables = mapOf<String, Any>("OPENIDCLIENT_SERVICE_HOST" to "10.0.0.1")
            applications()
                .ordersAt(testServer())
                .withInitializer {
                    it.environment.propertySources.addFirst(
                        SystemEnvironmentPropertySource("test-systemEnvironment", variables),
                    )
                }.run { it.startupFailure.shouldBeNull() }
        }

        test("the end of the application ends the clients") {
            lateinit var tokens: AsyncTokenSource
            applications().ordersAt(testServer()).run { context ->
                tokens =
                    context.getBean(AsyncTokenSource::class.java)
            }
            tokens.token().isCompletedExceptionally shouldBe true
        }

        context("a wrong property fails the start, with its name and what it may be:") {
            fun failureOf(
                vararg properties: String,
                also: ApplicationContextRunner.() -> ApplicationContextRunner = { this },
            ): String {
                var text = ""
                applications()
                    .ordersAt(testServer())
                    .withPropertyValues(*properties)
                    .also()
                    .run { context ->
                        val failure = context.startupFailure.shouldNotBeNull()
                        val analysis = InvalidPropertyFailureAnalyzer().analyze(failure).shouldNotBeNull()
                        text = "${analysis.description} ${analysis.action}"
                        generateSequence<Throwable>(failure) { it.cause }.forEach { "$it" shouldNotContain SECRET }
                    }
                text shouldNotContain SECRET
                return text
            }

            val wrong =
                mapOf(
                    "issuer=" to listOf("$ORDERS.issuer is missing", "https://as.example.com"),
                    "issuer=http://as.example.com" to
                        listOf(
                            "$ORDERS.issuer is an http URL",
                            "allow-insecure-requests",
                        ),
                    "issuer=as.example.com" to listOf("$ORDERS.issuer is no https URL"),
                    "client-id=" to listOf("$ORDERS.client-id is missing"),
                    "client-secret=" to listOf("$ORDERS.client-secret is missing"),
                    "client-secret=\${NOT_SET}" to
                        listOf("$ORDERS.client-secret names a property or variable that is not set"),
                    "parameters.grant_type=password" to listOf("$ORDERS.parameters.grant_type is wrong"),
                    "authentication=tls" to listOf("$ORDERS.tls.bundle is missing", "SSL bundle"),
                    "authentication=private-key-jwt" to listOf("$ORDERS.key is missing", "PEM"),
                    "dpop.key=file:/not/there.pem" to listOf("$ORDERS.dpop.key names no file that can be read"),
                    "dpop.key=-----BEGIN PRIVATE KEY----- $SECRET" to listOf("$ORDERS.dpop.key is wrong", "PEM"),
                    "allow=https://api.example.com/orders" to listOf("$ORDERS.allow is wrong", "no path"),
                    "allow=http://api.example.com" to listOf("$ORDERS.allow is wrong"),
                    "metadata-lifetime=1s" to listOf("$ORDERS.metadata-lifetime", "5 minutes"),
                    "timeout=0s" to listOf("$ORDERS.timeout", "above zero"),
                    "map-origin.[https://id.example.com]=https://other/path" to listOf("$ORDERS.map-origin is wrong"),
                    "tls.bundle=none" to listOf("$ORDERS.tls.bundle", "spring.ssl.bundle"),
                    "isuer=https://as.example.com" to listOf("$ORDERS.isuer is not known", "issuer, client-id"),
                    "client-secrt=$SECRET" to listOf("$ORDERS.client-secrt is not known"),
                    "dpop=-----BEGIN PRIVATE KEY----- $SECRET" to listOf("$ORDERS.dpop has a value", "$ORDERS.dpop.<"),
                    "timeout=$SECRET" to listOf("$ORDERS.timeout has a value that does not fit", "as 30s"),
                    "authentication=$SECRET" to listOf("$ORDERS.authentication has a value", "private-key-jwt, tls"),
                    "allow-insecure-requests=$SECRET" to listOf("$ORDERS.allow-insecure-requests", "true or false"),
                )
            test("an origin of two clients") {
                val reports = "openid-client.clients.reports"
                val text =
                    failureOf(
                        "$ORDERS.allow=https://api.example.com",
                        "$reports.issuer=https://as.example.com",
                        "$reports.client-id=reports",
                        "$reports.allow=https://other.example.com,https://API.example.com:443",
                    )
                text shouldContain "$reports.allow names an origin that client \"orders\" has already"
            }

            test("a system property") {
                failureOf { withSystemProperties("$ORDERS.client-secrt=$SECRET") } shouldContain
                    "$ORDERS.client-secrt is not known"
            }

            for ((property, expected) in wrong) {
                test(property.replace(SECRET, "…")) {
                    val text = failureOf("$ORDERS.$property")
                    for (part in expected) text shouldContain part
                }
            }
        }

        test("nothing that is printed of the properties has a secret in it") {
            val properties = OpenIdClientProperties()
            val client = ClientProperties()
            client.clientSecret = SECRET
            client.key = SECRET
            properties.clients["orders"] = client
            "$properties $client ${properties.clients}" shouldNotContain SECRET
        }
    })
