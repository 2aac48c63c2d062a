package dev.openidclient.spring

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import org.springframework.boot.test.context.FilteredClassLoader
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner
import org.springframework.boot.test.context.runner.WebApplicationContextRunner
import org.springframework.boot.web.servlet.FilterRegistrationBean

private const val METADATA = "/.well-known/oauth-protected-resource"

private fun servlet() =
    WebApplicationContextRunner()
        .receiving(issuer())
        .withClassLoader(FilteredClassLoader("org.springframework.security"))

private fun analyzed(failure: Throwable?) =
    InvalidPropertyFailureAnalyzer().analyze(failure.shouldNotBeNull()).shouldNotBeNull()

class ResourcePathsSpec :
    FunSpec({
        test("all paths need a token where the property is not set") {
            servlet().run { context ->
                context.getBean(FilterRegistrationBean::class.java).urlPatterns shouldBe setOf("/*", METADATA)
            }
        }

        test("two stars at the end are what one is, in servlets and in WebFlux") {
            for ((path, pattern) in listOf("/api/**" to "/api/*", "/**" to "/*")) {
                servlet().withPropertyValues("$SERVER.paths=$path").run { context ->
                    context.getBean(FilterRegistrationBean::class.java).urlPatterns shouldBe setOf(pattern, METADATA)
                }
                ReactiveWebApplicationContextRunner()
                    .receiving(issuer())
                    .withPropertyValues("$SERVER.paths=$path")
                    .run { context ->
                        "${context.getBean(AccessTokenWebFilter::class.java)}" shouldContain "[$path]"
                    }
            }
        }

        val refused =
            listOf("", "api/*", "*", "*.json", "/api/*/orders", "/a**", "/{id}", "/a?", "/api/", "/", "/a,,/b")
        for (paths in refused) {
            test("the start fails with paths=$paths, which would open the API in servlets or in WebFlux") {
                servlet().withPropertyValues("$SERVER.paths=$paths").run { context ->
                    val analysis = analyzed(context.startupFailure)
                    analysis.description shouldContain "$SERVER.paths"
                    analysis.action shouldContain "/api/* is /api and all below"
                }
                ReactiveWebApplicationContextRunner()
                    .receiving(issuer())
                    .withPropertyValues("$SERVER.paths=$paths")
                    .run { context -> analyzed(context.startupFailure).description shouldContain "$SERVER.paths" }
            }
        }

        test("the start fails where paths are set beside chains of Spring Security, which ignore them") {
            WebApplicationContextRunner()
                .receiving(issuer())
                .secured()
                .withPropertyValues("$SERVER.paths=/api/*")
                .run { context ->
                    val analysis = analyzed(context.startupFailure)
                    analysis.description shouldContain "$SERVER.paths is set, and would be ignored"
                    analysis.action shouldContain "securityMatcher"
                }
        }

        test("paths stand where Spring Security is on the class path without a chain") {
            WebApplicationContextRunner()
                .receiving(issuer())
                .withPropertyValues("$SERVER.paths=/api/*")
                .run { context ->
                    context.startupFailure.shouldBeNull()
                    val registration = context.getBean(FilterRegistrationBean::class.java)
                    registration.isEnabled shouldBe true
                    registration.urlPatterns shouldBe setOf("/api/*", METADATA)
                    context.getBean(AccessTokenFilter::class.java).isAuthenticating shouldBe false
                }
        }
    })
