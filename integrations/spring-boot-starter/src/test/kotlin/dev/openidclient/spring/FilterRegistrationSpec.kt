package dev.openidclient.spring

import dev.openidclient.async.AsyncResourceServer
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import jakarta.servlet.DispatcherType
import jakarta.servlet.Filter
import jakarta.servlet.http.HttpServlet
import jakarta.servlet.http.HttpServletResponse
import org.springframework.beans.factory.ListableBeanFactory
import org.springframework.boot.test.context.FilteredClassLoader
import org.springframework.boot.test.context.runner.WebApplicationContextRunner
import org.springframework.boot.web.servlet.FilterRegistrationBean
import org.springframework.boot.web.servlet.ServletContextInitializerBeans
import org.springframework.context.ApplicationContext
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import org.springframework.mock.web.MockFilterChain
import org.springframework.mock.web.MockHttpServletRequest
import org.springframework.mock.web.MockHttpServletResponse
import org.springframework.security.web.AuthenticationEntryPoint
import org.springframework.web.cors.CorsConfiguration
import org.springframework.web.cors.UrlBasedCorsConfigurationSource
import org.springframework.web.filter.CorsFilter

private const val SHOP = "https://shop.example.com"

private fun receiving() = WebApplicationContextRunner().receiving(issuer())

private fun alone() = receiving().withClassLoader(FilteredClassLoader(AuthenticationEntryPoint::class.java))

/** All that a servlet container would get, in its order. */
private fun ApplicationContext.registrations(): List<FilterRegistrationBean<*>> =
    ServletContextInitializerBeans(autowireCapableBeanFactory as ListableBeanFactory)
        .filterIsInstance<FilterRegistrationBean<*>>()
        .filter { it.isEnabled }

private fun ApplicationContext.answer(request: MockHttpServletRequest): MockHttpServletResponse {
    val response = MockHttpServletResponse()
    val filters: List<Filter> = registrations().mapNotNull { it.filter }
    MockFilterChain(object : HttpServlet() {}, *filters.toTypedArray()).doFilter(request, response)
    return response
}

@Configuration(proxyBeanMethods = false)
private class AnsweringFilter {
    /** Hands nothing on, as Jersey where it is a filter. */
    @Bean
    fun answering(): FilterRegistrationBean<Filter> =
        FilterRegistrationBean(Filter { _, response, _ -> (response as HttpServletResponse).status = 204 })
            .apply { order = 0 }
}

@Configuration(proxyBeanMethods = false)
private class Cors {
    @Bean
    fun preflights(): FilterRegistrationBean<CorsFilter> {
        val source = UrlBasedCorsConfigurationSource()
        source.registerCorsConfiguration("/api/**", CorsConfiguration().apply { addAllowedOrigin(SHOP) })
        return FilterRegistrationBean(CorsFilter(source)).apply { order = -101 }
    }
}

@Configuration(proxyBeanMethods = false)
private class OwnRegistration {
    @Bean
    fun mine(server: AsyncResourceServer) =
        FilterRegistrationBean(AccessTokenFilter.of(server)).apply { addUrlPatterns("/mine/*") }
}

@Configuration(proxyBeanMethods = false)
private class OwnFilter {
    @Bean
    fun mine(server: AsyncResourceServer): AccessTokenFilter = AccessTokenFilter.of(server)
}

@Configuration(proxyBeanMethods = false)
private class OwnAuthenticating {
    @Bean
    fun inChain(server: AsyncResourceServer): AccessTokenFilter = AccessTokenFilter.authenticating(server)
}

class FilterRegistrationSpec :
    FunSpec({
        test(
            "the filter is asked when a request comes, and when its answer comes later; at the paths of the properties",
        ) {
            alone().withPropertyValues("$SERVER.paths=/api/*").run { context ->
                val registration = context.getBean(FilterRegistrationBean::class.java)
                registration.determineDispatcherTypes() shouldBe setOf(DispatcherType.REQUEST, DispatcherType.ASYNC)
                registration.urlPatterns shouldContain "/api/*"
            }
        }

        test("the filter stands before one of the application's that answers itself") {
            alone().withUserConfiguration(AnsweringFilter::class.java).run { context ->
                context.registrations().first().filter?.javaClass shouldBe AccessTokenFilter::class.java
                context.answer(MockHttpServletRequest("GET", "/api/orders")).status shouldBe 401
            }
        }

        test("a CORS filter before it answers the preflight of a browser, which has no token") {
            val preflight =
                MockHttpServletRequest("OPTIONS", "/api/orders").apply {
                    addHeader("Origin", SHOP)
                    addHeader("Access-Control-Request-Method", "GET")
                }
            alone().run { context -> context.answer(preflight).status shouldBe 401 }
            alone().withUserConfiguration(Cors::class.java).run { context ->
                val answer = context.answer(preflight)
                answer.status shouldBe 200
                answer.getHeader("Access-Control-Allow-Origin") shouldBe SHOP
                context.answer(MockHttpServletRequest("GET", "/api/orders")).status shouldBe 401
            }
        }

        test("a registration of the application's takes the place of this one") {
            alone().withUserConfiguration(OwnRegistration::class.java).run { context ->
                context.startupFailure.shouldBeNull()
                context.registrations().map { it.urlPatterns.toSet() } shouldBe listOf(setOf("/mine/*"))
            }
        }

        test("beside Spring Security, a filter of the application's that answers itself stays where it is") {
            receiving().secured().withUserConfiguration(OwnFilter::class.java).run { context ->
                val mine = context.getBean("mine")
                (context.registrations().single { it.filter is AccessTokenFilter }.filter === mine) shouldBe true
            }
        }

        test("beside Spring Security, a filter of the application's for a chain stands in the chain alone") {
            receiving().secured().withUserConfiguration(OwnAuthenticating::class.java).run { context ->
                context.registrations().count { it.filter is AccessTokenFilter } shouldBe 0
            }
        }

        test("beside Spring Security, an application may have several filters") {
            receiving()
                .secured()
                .withUserConfiguration(OwnFilter::class.java, OwnAuthenticating::class.java)
                .run { context ->
                    context.startupFailure.shouldBeNull()
                    context.registrations().count { it.filter === context.getBean("mine") } shouldBe 1
                }
        }
    })
