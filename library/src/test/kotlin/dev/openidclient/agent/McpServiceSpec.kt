@file:OptIn(DraftSpecification::class)

package dev.openidclient.agent

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.metadata.DraftSpecification
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.tokensource.TokenSource
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.runTest
import java.time.Duration

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

            test("forty requests that a resource refuses at once are one look at its metadata, and one new token") {
                runTest {
                    val world = AgentWorld(this)
                    val mcp = world.service { clientCredentials() }
                    mcp.send()
                    world.refuses = { AgentWorld.challenged(401, "error=\"invalid_token\"") }
                    world.asked.clear()

                    List(40) { async { shouldThrow<WwwAuthenticateChallengeException> { mcp.send() } } }.awaitAll()

                    world.asked.filter { "oauth-protected-resource" in it } shouldHaveSize 1
                    world.tokenForms() shouldHaveSize 2
                }
            }

            test("what is handed out now is the token that came last, until it is refused or old") {
                runTest {
                    val world = AgentWorld(this)
                    val mcp = world.service { clientCredentials() }
                    mcp.send()
                    val client = mcp.tokens.client()
                    val source =
                        TokenSource.of({
                            clock(world.clock)
                            coroutineContext = backgroundScope.coroutineContext
                        }) { client.clientCredentialsGrant() }
                    val tokens = ServiceTokens(source, source::close)
                    tokens.isHandedOut("other") shouldBe false

                    val first = tokens.source.token()
                    tokens.isHandedOut(first.accessToken) shouldBe true
                    tokens.isHandedOut("other") shouldBe false

                    tokens.source.invalidate(first)
                    tokens.isHandedOut(first.accessToken) shouldBe false

                    val second = tokens.source.token()
                    tokens.isHandedOut(second.accessToken) shouldBe true
                    delay(Duration.ofHours(2).toMillis())
                    tokens.isHandedOut(second.accessToken) shouldBe false
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

        context("identityAssertion { }") {
            test("the assertion is asked for resource and scopes, sent alone, and used as long as it lives") {
                runTest {
                    val world = AgentWorld(this)
                    world.challenge = "scope=\"a\""
                    world.refuses = { if ("authorization" in it.headers) AgentWorld.text(200, "hello") else null }
                    repeat(3) {
                        val answer = """{"access_token":"token-$it","token_type":"Bearer","expires_in":60}"""
                        val headers = HttpHeaders.of("content-type" to "application/json")
                        world.server.tokenEndpoint.answerNext(HttpResponse(200, headers, answer.encodeToByteArray()))
                    }
                    val asked = mutableListOf<String>()
                    val mcp =
                        world.service {
                            identityAssertion {
                                asked += "${it.server.issuer} ${it.resource} ${it.scopes}"
                                val end = world.clock.instant().plusSeconds(100)
                                IdentityAssertion("jag-${asked.size}", it.server.issuer, end, null)
                            }
                        }

                    repeat(3) {
                        mcp.send().status shouldBe 200
                        delay(61_000)
                    }

                    asked shouldContainExactly List(2) { "https://as.example.com ${AgentWorld.URL} [a]" }
                    world.tokenForms().map { it["assertion"] } shouldContainExactly listOf("jag-1", "jag-1", "jag-2")
                    world
                        .tokenForms()
                        .flatMap { it.names }
                        .toSet()
                        .intersect(
                            setOf("scope", "resource"),
                        ).shouldBeEmpty()
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
