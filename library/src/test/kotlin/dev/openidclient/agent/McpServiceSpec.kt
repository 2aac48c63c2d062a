package dev.openidclient.agent

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.WwwAuthenticateChallengeException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.test.runTest

private const val SECRET = "secret-of-the-service"

private fun AgentWorld.service(configure: InteractiveTokensSettings.() -> Unit = {}) =
    mcp {
        authorize = null
        registered("https://as.example.com", "service") { clientSecret(SECRET) }
        configure()
    }

class McpServiceSpec :
    FunSpec({
        context("clientCredentials()") {
            test("no browser: the resource and the scopes of the challenge are asked for") {
                runTest {
                    val world = AgentWorld(this)
                    world.challenge = "scope=\"a\""

                    world.service { clientCredentials() }.send().status shouldBe 200

                    val form = world.tokenForms().single()
                    form["grant_type"] shouldBe "client_credentials"
                    form["scope"] shouldBe "a"
                    form.all("resource") shouldContainExactly listOf(AgentWorld.URL)
                }
            }

            test("only a client that was given will do") {
                runTest {
                    val world = AgentWorld(this)

                    shouldThrow<MetadataException> {
                        world
                            .mcp {
                                authorize = null
                                register()
                                clientCredentials()
                            }.send()
                    }.code shouldBe ErrorCode.CLIENT_NOT_REGISTERED
                    world.server.registrationEndpoint.requestCount shouldBe 0
                }
            }

            test("more scopes are asked for once") {
                runTest {
                    val world = AgentWorld(this)
                    world.challenge = "scope=\"a\""
                    val mcp = world.service { clientCredentials() }
                    mcp.send()
                    world.scopes = listOf("b")
                    mcp.send().status shouldBe 200
                    world.tokenForms().map { it["scope"] } shouldContainExactly listOf("a", "a b")

                    world.refuses = { AgentWorld.challenged(403, "error=\"insufficient_scope\", scope=\"c\"") }
                    shouldThrow<WwwAuthenticateChallengeException> { mcp.send() }
                    world.tokenForms() shouldHaveSize 3
                }
            }

            test("a token that is refused is fetched anew") {
                runTest {
                    val world = AgentWorld(this)
                    val mcp = world.service { clientCredentials() }
                    mcp.send()
                    world.server.revoke()

                    mcp.send().status shouldBe 200

                    world.tokenForms() shouldHaveSize 2
                }
            }
        }

        context("jwtBearer { }") {
            test("the assertion is brought for the server, and sent with resource and scope") {
                runTest {
                    val world = AgentWorld(this)
                    val asked = mutableListOf<String>()
                    world.server.tokenEndpoint.failNext(400, "invalid_grant")

                    val mcp =
                        world.service {
                            jwtBearer {
                                asked += it.issuer
                                "header.payload.signature"
                            }
                        }
                    shouldThrow<ResponseBodyException> { mcp.send() }.error shouldBe "invalid_grant"

                    asked shouldContainExactly listOf("https://as.example.com")
                    val form = world.tokenForms().single()
                    form["grant_type"] shouldBe "urn:ietf:params:oauth:grant-type:jwt-bearer"
                    form["assertion"] shouldBe "header.payload.signature"
                    form.all("resource") shouldContainExactly listOf(AgentWorld.URL)
                    world.opened.shouldBeEmpty()
                }
            }
        }

        test("a person and no person exclude each other, and one of them is needed") {
            runTest {
                val world = AgentWorld(this)

                shouldThrow<IllegalArgumentException> { world.mcp { clientCredentials() } }
                shouldThrow<IllegalArgumentException> {
                    world.mcp {
                        register()
                        authorize = null
                    }
                }
            }
        }
    })
