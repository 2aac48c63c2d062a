package dev.openidclient.spring

import dev.openidclient.async.AsyncResourceServer
import dev.openidclient.async.AsyncTokenSource
import dev.openidclient.resourceserver.GrantedAccess
import dev.openidclient.testserver.TestAuthorizationServer
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import jakarta.servlet.FilterChain
import org.springframework.boot.autoconfigure.AutoConfigurations
import org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration
import org.springframework.boot.test.context.FilteredClassLoader
import org.springframework.boot.test.context.assertj.ApplicationContextAssertProvider
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner
import org.springframework.boot.test.context.runner.WebApplicationContextRunner
import org.springframework.boot.web.servlet.FilterRegistrationBean
import org.springframework.context.ApplicationContext
import org.springframework.context.ConfigurableApplicationContext
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import org.springframework.mock.web.MockHttpServletRequest
import org.springframework.mock.web.MockHttpServletResponse
import org.springframework.security.config.annotation.web.builders.HttpSecurity
import org.springframework.security.core.context.SecurityContextHolder
import org.springframework.security.web.SecurityFilterChain
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter

internal const val API = "https://api.example.com"
private const val OTHER_API = "https://other.example.com"
internal const val SERVER = "openid-client.resource-server"

internal fun issuer() =
    TestAuthorizationServer {
        client("app", SECRET)
        jwtAccessTokens()
    }

/** The starter of an application that takes the tokens of [server], with a client that gets some. */
internal fun <C : ConfigurableApplicationContext, A : ApplicationContextAssertProvider<C>, R> R.receiving(
    server: TestAuthorizationServer,
): R where R : AbstractApplicationContextRunner<R, C, A> =
    withConfiguration(
        AutoConfigurations.of(
            OpenIdClientAutoConfiguration::class.java,
            OpenIdResourceServerAutoConfiguration::class.java,
        ),
    ).withPropertyValues(
        "$SERVER.resource=$API",
        "$SERVER.issuer=${server.issuer}",
        "$ORDERS.issuer=${server.issuer}",
        "$ORDERS.client-id=app",
        "$ORDERS.client-secret=$SECRET",
        "$ORDERS.resource=$API",
        "$ORDERS.scope=orders:read",
    ).withBean(OpenIdClientCustomizer::class.java, {
        OpenIdClientCustomizer { _, settings -> settings.transport(server) }
    })
        .withBean(ResourceServerCustomizer::class.java, {
            ResourceServerCustomizer { settings -> settings.connection { transport = server } }
        })

private fun bare() =
    WebApplicationContextRunner().withConfiguration(
        AutoConfigurations.of(
            OpenIdClientAutoConfiguration::class.java,
            OpenIdResourceServerAutoConfiguration::class.java,
        ),
    )

private fun receiving(server: TestAuthorizationServer): WebApplicationContextRunner =
    WebApplicationContextRunner().receiving(server)

internal fun bearerOf(context: ApplicationContext): String =
    "Bearer " + context.getBean(AsyncTokenSource::class.java).token().join().accessToken

private fun request(
    path: String,
    authorization: String? = null,
) = MockHttpServletRequest("GET", path).apply {
    scheme = "https"
    serverName = "api.example.com"
    serverPort = 443
    authorization?.let { addHeader("Authorization", it) }
}

/** With the chains that Spring Boot makes. */
internal fun WebApplicationContextRunner.secured(): WebApplicationContextRunner =
    withConfiguration(
        AutoConfigurations.of(
            SecurityAutoConfiguration::class.java,
            ServletWebSecurityAutoConfiguration::class.java,
        ),
    )

/** Spring Security's chain, as an application writes it. */
@Configuration(proxyBeanMethods = false)
private class Chain {
    @Bean
    fun api(
        http: HttpSecurity,
        tokens: AccessTokenFilter,
        entryPoint: AccessTokenEntryPoint,
    ): SecurityFilterChain =
        http
            .addFilterBefore(tokens, AnonymousAuthenticationFilter::class.java)
            .exceptionHandling { it.authenticationEntryPoint(entryPoint) }
            .authorizeHttpRequests {
                it
                    .requestMatchers("/open")
                    .permitAll()
                    .requestMatchers("/orders")
                    .hasAuthority("SCOPE_orders:read")
                    .anyRequest()
                    .hasAuthority("SCOPE_orders:write")
            }.build()
}

class ResourceServerSpec :
    FunSpec({
        context("the filter alone") {
            fun filtered(
                path: String,
                authorization: (ApplicationContext) -> String?,
                operation: FilterChain = FilterChain { _, _ -> },
            ): MockHttpServletResponse {
                val response = MockHttpServletResponse()
                receiving(issuer()).run { context ->
                    val filter = AccessTokenFilter.of(context.getBean(AsyncResourceServer::class.java))
                    filter.doFilter(request(path, authorization(context)), response, operation)
                }
                return response
            }

            test("lets a request with a valid token through, with what it grants and its principal") {
                var access: Any? = null
                var principal: String? = null
                filtered("/orders", ::bearerOf) { request, _ ->
                    access = request.getAttribute(AccessTokenFilter.ACCESS)
                    principal = (request as jakarta.servlet.http.HttpServletRequest).userPrincipal?.name
                }.status shouldBe 200
                (access as GrantedAccess).scopes shouldBe setOf("orders:read")
                principal shouldBe (access as GrantedAccess).subject
            }

            test("answers a request without a token with 401 and the challenge, and lets nothing through") {
                var isReached = false
                val response = filtered("/orders", { null }) { _, _ -> isReached = true }
                response.status shouldBe 401
                response.getHeader("WWW-Authenticate").shouldNotBeNull() shouldContain "Bearer"
                isReached shouldBe false
            }

            test("answers a token that is not valid with invalid_token, and shows it nowhere") {
                val response = filtered("/orders", { "Bearer not-a-token" })
                response.status shouldBe 401
                val challenge = response.getHeader("WWW-Authenticate").shouldNotBeNull()
                challenge shouldContain "invalid_token"
                challenge shouldNotContain "not-a-token"
            }

            test("answers what an operation demands and is not granted, also where Spring has wrapped it") {
                filtered("/orders", ::bearerOf) { request, _ ->
                    (request.getAttribute(AccessTokenFilter.ACCESS) as GrantedAccess).requireScopes("orders:write")
                }.status shouldBe 403
                filtered("/orders", ::bearerOf) { request, _ ->
                    try {
                        (request.getAttribute(AccessTokenFilter.ACCESS) as GrantedAccess).requireScopes("orders:write")
                    } catch (e: dev.openidclient.error.RequestRefusedException) {
                        throw jakarta.servlet.ServletException(e)
                    }
                }.getHeader("WWW-Authenticate").shouldNotBeNull() shouldContain "insufficient_scope"
            }

            test("judges a request once, also when it is dispatched again, but each server for itself") {
                receiving(issuer()).run { context ->
                    val server = context.getBean(AsyncResourceServer::class.java)
                    val other = AsyncResourceServer.create(OTHER_API) { it.issuer("https://as.example.com") }
                    val request = request("/orders", bearerOf(context))
                    AccessTokenFilter.of(server).doFilter(request, MockHttpServletResponse()) { _, _ -> }
                    val access = request.getAttribute(AccessTokenFilter.ACCESS)

                    val refused = MockHttpServletResponse()
                    val unreachable = FilterChain { _, _ -> error("reached") }
                    request.removeHeader("Authorization")
                    AccessTokenFilter.of(other).doFilter(request, refused, unreachable)
                    refused.status shouldBe 401

                    // without its token: nobody could judge it anew
                    var seen: Any? = null
                    AccessTokenFilter.of(server).doFilter(request, MockHttpServletResponse()) { again, _ ->
                        seen = again.getAttribute(AccessTokenFilter.ACCESS)
                    }
                    seen shouldBe access
                }
            }

            test("answers at the path of its metadata, to everybody") {
                val response = filtered("/.well-known/oauth-protected-resource", { null })
                response.status shouldBe 200
                response.contentAsString shouldContain API
            }

            test("answers 503 while the keys of the server are out of reach") {
                val server = issuer()
                receiving(server).run { context ->
                    val bearer = bearerOf(context)
                    server.isDown = true
                    val response = MockHttpServletResponse()
                    AccessTokenFilter
                        .of(context.getBean(AsyncResourceServer::class.java))
                        .doFilter(request("/orders", bearer), response) { _, _ -> error("reached") }
                    response.status shouldBe 503
                }
            }
        }

        context("the beans") {
            test("are a filter before all paths, or those of the property, where Spring Security is not there") {
                receiving(issuer())
                    .withClassLoader(FilteredClassLoader("org.springframework.security"))
                    .withPropertyValues("$SERVER.paths=/api/*")
                    .run { context ->
                        val registration =
                            context.getBean(
                                "openIdAccessTokenFilter",
                                FilterRegistrationBean::class.java,
                            )
                        registration.isEnabled shouldBe true
                        registration.urlPatterns shouldBe setOf("/api/*", "/.well-known/oauth-protected-resource")
                    }
            }

            test("are a filter for the application's own chain, and no other, where Spring Security is there") {
                receiving(issuer()).secured().run { context ->
                    context.getBean(AccessTokenFilter::class.java).isAuthenticating shouldBe true
                    context.getBean(AccessTokenEntryPoint::class.java).shouldNotBeNull()
                    context
                        .getBean("openIdAccessTokenFilterRegistration", FilterRegistrationBean::class.java)
                        .isEnabled shouldBe false
                }
            }

            test("are not there without the property") {
                bare().run { context ->
                    context.startupFailure.shouldBeNull()
                    context.getBeanNamesForType(AccessTokenFilter::class.java).size shouldBe 0
                }
            }

            test("ask nobody at the start: the server may be down") {
                val server = issuer().apply { isDown = true }
                receiving(server).run { context ->
                    context.startupFailure.shouldBeNull()
                    server.requests.size shouldBe 0
                }
            }

            test("fail the start where something else of it is set, but not the resource: nothing is open by mistake") {
                bare()
                    .withPropertyValues("$SERVER.issuer=https://as.example.com", "$SERVER.paths=/api/*")
                    .run { context ->
                        val analysis =
                            InvalidPropertyFailureAnalyzer().analyze(
                                context.startupFailure.shouldNotBeNull(),
                            )
                        analysis.shouldNotBeNull().description shouldContain "$SERVER.resource is missing"
                    }
            }

            test("take the issuers of a customizer, which can say more of them, where the properties name none") {
                val server = issuer()
                bare()
                    .withPropertyValues("$SERVER.resource=$API")
                    .withBean(ResourceServerCustomizer::class.java, {
                        ResourceServerCustomizer { it.issuer(server.issuer) { acceptUntyped() } }
                    })
                    .run { context ->
                        context.startupFailure.shouldBeNull()
                        context.getBean(AsyncResourceServer::class.java).metadata.toString() shouldContain server.issuer
                    }
            }

            test("take the tokens of a server without TLS where a property says so") {
                bare()
                    .withPropertyValues(
                        "$SERVER.resource=$API",
                        "$SERVER.issuer=http://as.example.com",
                        "$SERVER.allow-insecure-requests=true",
                    ).run { context -> context.startupFailure.shouldBeNull() }
            }

            test("fail the start without an issuer, or with a resource that is no https URL, by the property's name") {
                for ((properties, expected) in listOf(
                    listOf("$SERVER.resource=$API") to "$SERVER.issuer is missing",
                    listOf("$SERVER.resource=orders", "$SERVER.issuer=https://as.example.com") to
                        "$SERVER cannot be used",
                    listOf("$SERVER.resource=$API", "$SERVER.issuer=http://as.example.com") to
                        "$SERVER cannot be used",
                )) {
                    bare().withPropertyValues(*properties.toTypedArray()).run { context ->
                        val failure = context.startupFailure.shouldNotBeNull()
                        InvalidPropertyFailureAnalyzer().analyze(failure).shouldNotBeNull().description shouldContain
                            expected
                    }
                }
            }
        }

        context("in a chain of Spring Security") {
            fun answered(
                path: String,
                withToken: Boolean,
                operation: FilterChain = FilterChain { _, _ -> },
            ): MockHttpServletResponse {
                val response = MockHttpServletResponse()
                receiving(issuer())
                    .secured()
                    .withUserConfiguration(Chain::class.java)
                    .run { context ->
                        val chain = context.getBean("springSecurityFilterChain", jakarta.servlet.Filter::class.java)
                        chain.doFilter(request(path, if (withToken) bearerOf(context) else null), response, operation)
                    }
                SecurityContextHolder.getContext().authentication.shouldBeNull()
                return response
            }

            test("a token is the authentication, with its scopes as authorities, and nothing is left behind") {
                var seen: Any? = null
                answered(
                    "/orders",
                    withToken = true,
                ) { _, _ -> seen = SecurityContextHolder.getContext().authentication }
                    .status shouldBe 200
                val authentication = seen as AccessTokenAuthentication
                authentication.authorities.map { it.authority } shouldBe listOf("SCOPE_orders:read")
                authentication.principal.clientId shouldBe "app"
                "$authentication" shouldNotContain "ey"
            }

            test("a request without a token goes where everybody may, and gets the challenge elsewhere") {
                answered("/open", withToken = false).status shouldBe 200
                val refused = answered("/orders", withToken = false)
                refused.status shouldBe 401
                refused.getHeader("WWW-Authenticate").shouldNotBeNull() shouldContain "Bearer"
            }

            test("a token without the authority is refused") {
                answered("/other", withToken = true).status shouldBe 403
            }
        }
    })
