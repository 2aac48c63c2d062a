package dev.openidclient.agent

import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.http.HttpBody
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import java.time.Duration

private fun always(
    status: Int,
    parameters: String,
): (HttpRequest) -> HttpResponse? =
    { if ("authorization" in it.headers) AgentWorld.challenged(status, parameters) else null }

class McpChallengesSpec :
    FunSpec({
        context("a token that is refused") {
            test("is refreshed once, without a person") {
                runTest {
                    val world = AgentWorld(this)
                    val mcp = world.mcp()
                    mcp.send()
                    var refusals = 1
                    world.refuses =
                        { if (refusals-- > 0) AgentWorld.challenged(401, "error=\"invalid_token\"") else null }

                    mcp.send().status shouldBe 200

                    world.opened shouldHaveSize 1
                    world.tokenForms().map { it["grant_type"] } shouldContainExactly
                        listOf("authorization_code", "refresh_token")
                }
            }

            test("without a refresh token a person agrees again, and the documents are read anew") {
                runTest {
                    val world = AgentWorld(this) { withoutRefreshTokens() }
                    val mcp = world.mcp()
                    mcp.send()
                    world.server.revoke()
                    world.asked.clear()

                    mcp.send().status shouldBe 200

                    world.opened shouldHaveSize 2
                    world.asked.filter { "oauth-protected-resource" in it } shouldHaveSize 1
                }
            }

            test("a refresh that is answered invalid_grant: a person agrees again, for the same scopes") {
                runTest {
                    val world = AgentWorld(this)
                    world.challenge = "scope=\"a\""
                    val mcp = world.mcp()
                    mcp.send()
                    world.challenge = null
                    world.server.revoke()

                    mcp.send().status shouldBe 200

                    world.opened shouldHaveSize 2
                    world.authorization(1)["scope"] shouldBe "a"
                }
            }

            test("any other error of a refresh is thrown, and nobody is asked") {
                runTest {
                    val world = AgentWorld(this)
                    val mcp = world.mcp()
                    mcp.send()
                    world.refuses = always(401, "error=\"invalid_token\"")
                    world.server.tokenEndpoint.failNext(400, "unsupported_grant_type")

                    shouldThrow<OAuthException> { mcp.send() }

                    world.opened shouldHaveSize 1
                }
            }

            test("a resource that refuses every token gets one refresh and one browser, and none for a minute") {
                runTest {
                    val world = AgentWorld(this)
                    val mcp = world.mcp()
                    mcp.send()
                    world.refuses = always(401, "error=\"invalid_token\"")

                    shouldThrow<WwwAuthenticateChallengeException> { mcp.send() }.status shouldBe 401
                    world.opened shouldHaveSize 2

                    repeat(5) { shouldThrow<WwwAuthenticateChallengeException> { mcp.send() } }
                    world.opened shouldHaveSize 2

                    delay(61_000)
                    shouldThrow<WwwAuthenticateChallengeException> { mcp.send() }
                    world.opened shouldHaveSize 3
                }
            }

            test("what was in vain is forgotten with the tokens") {
                runTest {
                    val world = AgentWorld(this)
                    val mcp = world.mcp()
                    world.refuses = always(401, "error=\"invalid_token\"")
                    shouldThrow<WwwAuthenticateChallengeException> { mcp.send() }
                    world.refuses = { null }

                    mcp.tokens.remove()
                    mcp.send().status shouldBe 200

                    world.opened shouldHaveSize 2
                }
            }

            test("one that refuses from the beginning gets one browser") {
                runTest {
                    val world = AgentWorld(this)
                    world.refuses = always(401, "error=\"invalid_token\"")
                    val mcp = world.mcp()

                    repeat(3) { shouldThrow<WwwAuthenticateChallengeException> { mcp.send() } }

                    world.opened shouldHaveSize 1
                }
            }
        }

        context("more scopes") {
            test("403 with one that is missing: the union is asked for") {
                runTest {
                    val world = AgentWorld(this)
                    world.challenge = "scope=\"a\""
                    val mcp = world.mcp()
                    mcp.send()
                    world.scopes = listOf("b")

                    mcp.send().status shouldBe 200

                    world.authorization(1)["scope"] shouldBe "a b"
                }
            }

            test("403 for ever: given up after two authorizations, and not begun again for a minute") {
                runTest {
                    val world = AgentWorld(this)
                    world.challenge = "scope=\"a\""
                    val mcp = world.mcp()
                    mcp.send()
                    world.refuses = always(403, "error=\"insufficient_scope\", scope=\"never\"")

                    shouldThrow<WwwAuthenticateChallengeException> { mcp.send() }.status shouldBe 403
                    world.opened shouldHaveSize 3

                    shouldThrow<WwwAuthenticateChallengeException> { mcp.send() }
                    world.opened shouldHaveSize 3

                    delay(61_000)
                    shouldThrow<WwwAuthenticateChallengeException> { mcp.send() }
                    world.opened shouldHaveSize 5
                }
            }

            test("what one request asks for in vain is no matter of another path") {
                runTest {
                    val world = AgentWorld(this)
                    val mcp = world.mcp()
                    mcp.send()
                    world.refuses = always(403, "error=\"insufficient_scope\", scope=\"never\"")
                    shouldThrow<WwwAuthenticateChallengeException> { mcp.send() }
                    val before = world.opened.size

                    shouldThrow<WwwAuthenticateChallengeException> { mcp.send("${AgentWorld.URL}/other") }

                    world.opened shouldHaveSize before + 2
                }
            }
        }

        context("another sign-in") {
            test("acr_values and max_age are asked for, and nothing is refreshed") {
                runTest {
                    val world = AgentWorld(this)
                    world.challenge = "scope=\"openid\""
                    val mcp = world.mcp()
                    mcp.send()
                    val old = mcp.token().accessToken
                    world.refuses = {
                        if (it.headers["authorization"] != "Bearer $old") {
                            null
                        } else {
                            AgentWorld.challenged(
                                401,
                                "error=\"insufficient_user_authentication\", acr_values=\"gold\", max_age=\"60\"",
                            )
                        }
                    }
                    world.person = { url -> world.server.signIn(url, "alice") { acr("gold") } }

                    mcp.send().status shouldBe 200

                    world.authorization(1)["acr_values"] shouldBe "gold"
                    world.authorization(1)["max_age"] shouldBe "60"
                    world.tokenForms().map { it["grant_type"] }.toSet() shouldBe setOf("authorization_code")
                }
            }

            test("a resource that wants it again and again gets one browser, and its challenge is the caller's") {
                runTest {
                    val world = AgentWorld(this)
                    val mcp = world.mcp()
                    mcp.send()
                    world.refuses = always(401, "error=\"insufficient_user_authentication\", acr_values=\"gold\"")

                    shouldThrow<WwwAuthenticateChallengeException> { mcp.send() }
                        .error shouldBe "insufficient_user_authentication"
                    repeat(3) { shouldThrow<WwwAuthenticateChallengeException> { mcp.send() } }

                    world.opened shouldHaveSize 2
                }
            }
        }

        context("one authorization at a time") {
            test("forty calls at once open one browser") {
                runTest {
                    val world = AgentWorld(this)
                    world.thinking = Duration.ofSeconds(30)
                    val mcp = world.mcp()

                    val answers = List(40) { async { mcp.send() } }.awaitAll()

                    answers.map { it.status }.toSet() shouldBe setOf(200)
                    world.opened shouldHaveSize 1
                    world.server.registrationEndpoint.requestCount shouldBe 1
                }
            }

            test("a waiter that is cancelled does not cancel the others', the first one neither") {
                runTest {
                    val world = AgentWorld(this)
                    world.thinking = Duration.ofSeconds(30)
                    val mcp = world.mcp()
                    val calls = List(5) { async { mcp.send() } }
                    advanceTimeBy(10_000)
                    calls[0].cancel()
                    calls[3].cancel()

                    (calls - calls[0] - calls[3]).awaitAll().map { it.status }.toSet() shouldBe setOf(200)

                    world.opened shouldHaveSize 1
                }
            }

            test("what was granted after all had given up is there for the next one") {
                runTest {
                    val world = AgentWorld(this)
                    world.thinking = Duration.ofSeconds(30)
                    val mcp = world.mcp()
                    val call = async { mcp.send() }
                    advanceTimeBy(10_000)
                    call.cancel()
                    delay(60_000)

                    mcp.send().status shouldBe 200

                    world.opened shouldHaveSize 1
                }
            }

            test("a person who refuses is the failure of all who wait") {
                runTest {
                    val world = AgentWorld(this)
                    world.person = { url -> world.server.deny(url) }
                    val mcp = world.mcp()

                    val failures =
                        List(3) {
                            async {
                                try {
                                    mcp.send()
                                    null
                                } catch (e: OAuthException) {
                                    e
                                }
                            }
                        }.awaitAll()

                    failures.map { it.shouldNotBeNull().code }.toSet() shouldBe
                        setOf("OAUTH_AUTHORIZATION_RESPONSE_ERROR")
                    world.opened shouldHaveSize 1
                }
            }

            test("after close nobody waits, and nobody begins") {
                runTest {
                    val world = AgentWorld(this)
                    world.thinking = Duration.ofSeconds(30)
                    val mcp = world.mcp()
                    val call =
                        async {
                            try {
                                mcp.send()
                                null
                            } catch (e: IllegalStateException) {
                                e.takeIf { it !is CancellationException }
                            }
                        }
                    advanceTimeBy(1_000)
                    mcp.close()
                    runCurrent()

                    call.await().shouldNotBeNull()
                    shouldThrow<IllegalStateException> { mcp.send() }
                    world.opened shouldHaveSize 1
                }
            }
        }

        context("a resource or server that is hostile") {
            test("another URL gets no request of this, and no token") {
                runTest {
                    val world = AgentWorld(this)
                    val mcp = world.mcp()
                    mcp.send()
                    world.asked.clear()

                    for (url in listOf(
                        "https://evil.example.com/mcp",
                        "https://mcp.example.com@evil.example.com/mcp",
                        "https://mcp.example.com.evil.example.com/mcp",
                        "https://mcp.example.com/other",
                        "https://mcp.example.com/mcp2",
                        "http://mcp.example.com/mcp",
                    )) {
                        shouldThrow<IllegalArgumentException> { mcp.send(url) }
                        mcp.isAllowed(url) shouldBe false
                    }
                    world.asked.shouldBeEmpty()
                }
            }

            test("a document of another resource: nothing further is asked") {
                runTest {
                    for (foreign in listOf("https://victim.example.com/mcp", "https://mcp.example.com/mcp/deeper")) {
                        val world = AgentWorld(this)
                        world.documents[AgentWorld.PATH_DOCUMENT] = AgentWorld.document("resource" to foreign)

                        shouldThrow<OAuthException> { world.mcp().send() }

                        world.opened.shouldBeEmpty()
                        world.server.requests.shouldBeEmpty()
                    }
                }
            }

            test("a server that calls itself another issuer is refused") {
                runTest {
                    val world = AgentWorld(this)
                    world.server.changeIssuer("https://honest.example.com")

                    shouldThrow<OAuthException> { world.mcp().send() }

                    world.opened.shouldBeEmpty()
                    world.server.registrationEndpoint.requestCount shouldBe 0
                }
            }

            test("a client that was given for one issuer is never named to another one") {
                runTest {
                    val world = AgentWorld(this)
                    val evil = world.server("https://evil.example.com")
                    world.move(evil)

                    shouldThrow<MetadataException> {
                        world
                            .mcp {
                                registered("https://as.example.com", "given") { clientSecret("secret-of-given") }
                            }.send()
                    }.code shouldBe "OAUTH_CLIENT_NOT_REGISTERED"

                    world.opened.shouldBeEmpty()
                    evil.requests.filter { it.endpoint != "discovery" }.shouldBeEmpty()
                }
            }

            test("what permitUrl does not permit is not asked: documents, issuers, endpoints") {
                runTest {
                    val world = AgentWorld(this)
                    val inner = "https://10.0.0.1"
                    val servers = world.server(inner)
                    world.with(servers)
                    val connection = world.connection { url -> "//10." !in url }

                    fun mcp() =
                        world.mcp {
                            this.connection = connection
                            register()
                        }

                    world.challenge = "resource_metadata=\"$inner/document\""
                    shouldThrow<MetadataException> { mcp().send() }.code shouldBe "OAUTH_HTTP_REQUEST_FORBIDDEN"

                    world.challenge = null
                    world.documents[AgentWorld.PATH_DOCUMENT] =
                        AgentWorld.document("authorization_servers" to listOf(inner))
                    shouldThrow<MetadataException> { mcp().send() }.code shouldBe "OAUTH_HTTP_REQUEST_FORBIDDEN"

                    val lying =
                        world.server(
                            "https://lying.example.com",
                        ) { metadata("registration_endpoint", "$inner/r") }
                    world.move(lying)
                    shouldThrow<MetadataException> { mcp().send() }.code shouldBe "OAUTH_HTTP_REQUEST_FORBIDDEN"

                    world.asked.filter { "10.0.0.1" in it }.shouldBeEmpty()
                }
            }

            test("a challenge of two schemes is read as that of Bearer") {
                runTest {
                    val world = AgentWorld(this)
                    world.refuses = {
                        if ("authorization" in it.headers) {
                            null
                        } else {
                            val refused = AgentWorld.text(401, "no")
                            val challenges = "Basic realm=\"x\", Bearer scope=\"a\""
                            HttpResponse(401, refused.headers.with("www-authenticate", challenges), refused.body)
                        }
                    }

                    world.mcp().send().status shouldBe 200

                    world.authorization(0)["scope"] shouldBe "a"
                }
            }

            test("a refusal that no token would change is the caller's, and nobody is asked") {
                runTest {
                    val world = AgentWorld(this)
                    val answers =
                        listOf(
                            AgentWorld.challenged(403, null),
                            AgentWorld.challenged(400, "error=\"invalid_request\""),
                        )
                    for (refused in answers) {
                        world.refuses = { refused }

                        world
                            .mcp()
                            .send {
                                method = "POST"
                                body = HttpBody.text("text/plain", "hi")
                            }.status shouldBe refused.status
                    }
                    world.opened.shouldBeEmpty()
                }
            }
        }
    })
