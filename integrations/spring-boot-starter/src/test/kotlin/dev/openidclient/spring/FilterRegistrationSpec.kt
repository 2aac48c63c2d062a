package dev.openidclient.spring

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import jakarta.servlet.DispatcherType
import org.springframework.boot.autoconfigure.AutoConfigurations
import org.springframework.boot.test.context.FilteredClassLoader
import org.springframework.boot.test.context.runner.WebApplicationContextRunner
import org.springframework.boot.web.servlet.FilterRegistrationBean
import org.springframework.security.web.AuthenticationEntryPoint

class FilterRegistrationSpec :
    FunSpec({
        test(
            "the filter is asked when a request comes, and when its answer comes later; at the paths of the properties",
        ) {
            WebApplicationContextRunner()
                .withConfiguration(
                    AutoConfigurations.of(
                        OpenIdClientAutoConfiguration::class.java,
                        OpenIdResourceServerAutoConfiguration::class.java,
                    ),
                ).withPropertyValues(
                    "openid-client.resource-server.resource=https://api.example.com",
                    "openid-client.resource-server.issuer=https://as.example.com",
                    "openid-client.resource-server.paths=/api/*",
                ).withClassLoader(FilteredClassLoader(AuthenticationEntryPoint::class.java))
                .run { context ->
                    val registration = context.getBean(FilterRegistrationBean::class.java)
                    registration.determineDispatcherTypes() shouldBe setOf(DispatcherType.REQUEST, DispatcherType.ASYNC)
                    registration.urlPatterns shouldContain "/api/*"
                }
        }
    })
