package dev.openidclient.spring

import dev.openidclient.async.AsyncTokenSource
import dev.openidclient.micrometer.MicrometerListener
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.micrometer.core.instrument.MeterRegistry
import io.micrometer.core.instrument.simple.SimpleMeterRegistry
import org.springframework.boot.actuate.endpoint.SanitizableData
import org.springframework.boot.actuate.endpoint.SanitizingFunction
import org.springframework.boot.autoconfigure.AutoConfigurations
import org.springframework.boot.health.contributor.HealthIndicator
import org.springframework.boot.health.contributor.Status
import org.springframework.boot.test.context.FilteredClassLoader
import org.springframework.boot.test.context.runner.ApplicationContextRunner
import org.springframework.context.ApplicationContext

private fun operated(): ApplicationContextRunner =
    applications().withConfiguration(
        AutoConfigurations.of(
            OpenIdHealthAutoConfiguration::class.java,
            OpenIdMetricsAutoConfiguration::class.java,
            OpenIdSanitizingAutoConfiguration::class.java,
        ),
    )

private fun healthOf(context: ApplicationContext) =
    context.getBean("openIdClientHealthIndicator", HealthIndicator::class.java).health().shouldNotBeNull()

class OperationsSpec :
    FunSpec({
        context("health") {
            test("is up before anybody asks for a token, and asks nobody itself") {
                val server = testServer().apply { isDown = true }
                operated().ordersAt(server).run { context ->
                    val health = healthOf(context)
                    health.status shouldBe Status.UP
                    health.details.keys shouldBe setOf("orders")
                    server.requests.size shouldBe 0
                }
            }

            test("is down where no token can be had and there is none, and up again afterwards") {
                val server = testServer().apply { isDown = true }
                operated().ordersAt(server).run { context ->
                    val tokens = context.getBean(AsyncTokenSource::class.java)
                    tokens.token().handle { _, failure -> failure }.join().shouldNotBeNull()
                    healthOf(context).status shouldBe Status.DOWN
                    "${healthOf(context).details}" shouldContain "FAILING"
                    server.isDown = false
                    // after the back-off of a second
                    generateSequence { Thread.sleep(100) }
                        .map { tokens.token().handle { token, _ -> token != null }.join() }
                        .first { it }
                    healthOf(context).status shouldBe Status.UP
                }
            }

            test("has no secret in it") {
                operated().ordersAt(testServer()).run { context ->
                    val token = context.getBean(AsyncTokenSource::class.java).token().join()
                    val shown = "${healthOf(context).details}"
                    shown shouldNotContain SECRET
                    shown shouldNotContain token.accessToken
                }
            }

            test("is left out where a property says so, and without Spring Boot's health") {
                operated()
                    .ordersAt(testServer())
                    .withPropertyValues("management.health.openid-client.enabled=false")
                    .run { it.containsBean("openIdClientHealthIndicator") shouldBe false }
                operated()
                    .ordersAt(testServer())
                    .withClassLoader(FilteredClassLoader(HealthIndicator::class.java))
                    .run { it.containsBean("openIdClientHealthIndicator") shouldBe false }
            }
        }

        context("metrics") {
            test("are counted where there is a registry, by the names of the clients") {
                operated()
                    .ordersAt(testServer())
                    .withBean(MeterRegistry::class.java, { SimpleMeterRegistry() })
                    .run { context ->
                        context.getBean(AsyncTokenSource::class.java).token().join()
                        val registry = context.getBean(MeterRegistry::class.java)
                        registry.get("oauth.client.operation").timers().sumOf { it.count() } shouldBe 2
                        registry
                            .get(
                                "oauth.client.token.seconds_left",
                            ).tag("source", "orders")
                            .gauge()
                            .shouldNotBeNull()
                    }
            }

            test("are not without a registry, or without Micrometer") {
                operated().ordersAt(testServer()).run {
                    it.getBeanNamesForType(MicrometerListener::class.java).size shouldBe
                        0
                }
                operated()
                    .ordersAt(testServer())
                    .withClassLoader(FilteredClassLoader(MeterRegistry::class.java))
                    .run { it.startupFailure shouldBe null }
            }

            test("go to the application's own listener where it has one") {
                val own = MicrometerListener.of(SimpleMeterRegistry()) { it.tagClientId() }
                operated()
                    .withBean(MeterRegistry::class.java, { SimpleMeterRegistry() })
                    .withBean(MicrometerListener::class.java, { own })
                    .run { it.getBean(MicrometerListener::class.java) shouldBe own }
            }
        }

        context("the endpoints env and configprops") {
            fun shown(
                context: ApplicationContext,
                key: String,
            ): Any? =
                context
                    .getBean("openIdSanitizingFunction", SanitizingFunction::class.java)
                    .apply(SanitizableData(null, key, "very-secret"))
                    .value

            test("show no secret and no key, in whatever way the property is written") {
                operated().run { context ->
                    listOf(
                        "openid-client.clients.orders.client-secret",
                        "openid-client.clients.orders.clientSecret",
                        "openid-client.clients.orders.key",
                        "openid-client.clients.orders.dpop.key",
                        "OPENIDCLIENT_CLIENTS_ORDERS_CLIENTSECRET",
                        "OPENID_CLIENT_CLIENTS_ORDERS_CLIENT_SECRET",
                        "spring.ssl.bundle.pem.orders.keystore.private-key",
                        "spring.ssl.bundle.pem.orders.keystore.privateKeyPassword",
                        "SPRING_SSL_BUNDLE_JKS_ORDERS_KEYSTORE_PASSWORD",
                    ).forAll { shown(context, it) shouldBe SanitizableData.SANITIZED_VALUE }
                }
            }

            test("show no secret where a property takes it from, whatever that is called") {
                operated().ordersAt(testServer()).run { context ->
                    context
                        .getBean("openIdSanitizingFunction", SanitizingFunction::class.java)
                        .apply(SanitizableData(null, "ORDERS_PASSPHRASE", "x $SECRET"))
                        .value shouldBe SanitizableData.SANITIZED_VALUE
                }
            }

            test("show what is none") {
                operated().run { context ->
                    listOf(
                        "openid-client.clients.orders.issuer",
                        "spring.application.name",
                        "server.ssl.key-alias",
                        "spring.ssl.bundle.pem.orders.truststore.certificate",
                    ).forAll { shown(context, it) shouldBe "very-secret" }
                }
            }
        }
    })
