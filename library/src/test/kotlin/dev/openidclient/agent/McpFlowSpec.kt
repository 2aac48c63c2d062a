package dev.openidclient.agent

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.testserver.TestServerSettings
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest

private const val OTHER_DOCUMENT = "https://mcp.example.com/.well-known/elsewhere"

private fun AgentWorld.documentRequests() = asked.filter { "oauth-protected-resource" in it || it == OTHER_DOCUMENT }

/** What comes of a first request; the browser must not have opened. */
private suspend fun AgentWorld.refusal(
    configure: InteractiveTokensSettings.() -> Unit = { register() },
): OAuthException = shouldThrow<OAuthException> { mcp(configure = configure).send() }.also { opened.shouldBeEmpty() }

private fun TestScope.worldOf(configure: TestServerSettings.() -> Unit) = AgentWorld(this, configure)

/** What each server may say and do, and what comes of it. */
class McpFlowSpec :
    FunSpec({
        context("the document of the resource") {
            test("at the path: the root is not asked") {
                runTest {
                    val world = AgentWorld(this)

                    world.mcp().send().status shouldBe 200

                    world.documentRequests() shouldContainExactly listOf(AgentWorld.PATH_DOCUMENT)
                }
            }

            test("only at the root: that one, and its resource is what is asked for") {
                runTest {
                    val world = AgentWorld(this)
                    world.documents.clear()
                    world.documents[AgentWorld.ROOT_DOCUMENT] = AgentWorld.document("resource" to AgentWorld.ORIGIN)

                    world.mcp().send().status shouldBe 200

                    world.documentRequests() shouldContainExactly
                        listOf(AgentWorld.PATH_DOCUMENT, AgentWorld.ROOT_DOCUMENT)
                    world.authorization(0).all("resource") shouldContainExactly listOf(AgentWorld.ORIGIN)
                }
            }

            test("at the URL of the challenge: nowhere else") {
                runTest {
                    val world = AgentWorld(this)
                    world.documents.clear()
                    world.documents[OTHER_DOCUMENT] = AgentWorld.document()
                    world.challenge = "resource_metadata=\"$OTHER_DOCUMENT\""

                    world.mcp().send().status shouldBe 200

                    world.documentRequests() shouldContainExactly listOf(OTHER_DOCUMENT)
                }
            }

            test("nowhere: OAUTH_RESOURCE_METADATA_NOT_FOUND") {
                runTest {
                    val world = AgentWorld(this)
                    world.documents.clear()

                    world.refusal().code shouldBe ErrorCode.RESOURCE_METADATA_NOT_FOUND
                }
            }

            test("without any challenge it is looked for all the same") {
                runTest {
                    val world = AgentWorld(this)
                    world.challenge = null

                    world.mcp().send().status shouldBe 200
                }
            }

            test("an error of the server, or a redirect, is no word that there is none") {
                runTest {
                    for (status in listOf(500, 302)) {
                        val world = AgentWorld(this)
                        world.documents[AgentWorld.PATH_DOCUMENT] = AgentWorld.text(status, "no")
                        world.documents[AgentWorld.ROOT_DOCUMENT] = AgentWorld.document("resource" to AgentWorld.ORIGIN)

                        world.refusal().code shouldBe ErrorCode.RESPONSE_IS_NOT_CONFORM
                        world.documentRequests() shouldHaveSize 1
                    }
                }
            }

            test("authorization_servers: [] is OAUTH_INVALID_RESPONSE") {
                runTest {
                    val world = AgentWorld(this)
                    world.documents[AgentWorld.PATH_DOCUMENT] =
                        AgentWorld.document("authorization_servers" to emptyList<String>())

                    world.refusal().code shouldBe ErrorCode.INVALID_RESPONSE
                }
            }

            test("with exactResource() one that covers the URL is refused") {
                runTest {
                    val world = AgentWorld(this)
                    world.documents.clear()
                    world.documents[OTHER_DOCUMENT] = AgentWorld.document("resource" to AgentWorld.ORIGIN)
                    world.challenge = "resource_metadata=\"$OTHER_DOCUMENT\""

                    world
                        .refusal {
                            register()
                            exactResource()
                        }.code shouldBe ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED
                }
            }
        }

        context("before a browser opens") {
            test("a server that does not announce PKCE is refused") {
                runTest {
                    val world = worldOf { metadata("code_challenge_methods_supported", null) }

                    val refused = world.refusal()

                    refused.code shouldBe ErrorCode.MISSING_SERVER_METADATA
                    refused.message.orEmpty() shouldContain "code_challenge_methods_supported"
                }
            }

            test("outside MCP only one that announces PKCE without S256") {
                runTest {
                    val silent = worldOf { metadata("code_challenge_methods_supported", null) }
                    val tokens =
                        InteractiveTokens(AgentWorld.URL) { with(silent) { inThisWorld { register() } } }
                    tokens.token().tokenType shouldBe "bearer"

                    val plain = worldOf { metadata("code_challenge_methods_supported", listOf("plain")) }
                    val refusing = InteractiveTokens(AgentWorld.URL) { with(plain) { inThisWorld { register() } } }
                    shouldThrow<MetadataException> { refusing.token() }.code shouldBe ErrorCode.MISSING_SERVER_METADATA
                }
            }

            test("a server without code or authorization_code is refused") {
                runTest {
                    worldOf { metadata("response_types_supported", listOf("id_token")) }.refusal().code shouldBe
                        ErrorCode.MISSING_SERVER_METADATA
                    worldOf { metadata("grant_types_supported", listOf("client_credentials")) }.refusal().code shouldBe
                        ErrorCode.MISSING_SERVER_METADATA
                }
            }

            test("a resource that wants bound tokens needs dpop in the settings") {
                runTest {
                    val world = AgentWorld(this)
                    world.documents[AgentWorld.PATH_DOCUMENT] =
                        AgentWorld.document("dpop_bound_access_tokens_required" to true)

                    world.refusal().message.orEmpty() shouldContain "dpop_bound_access_tokens_required"
                }
            }

            test("a resource that takes no token in a header is refused") {
                runTest {
                    val world = AgentWorld(this)
                    world.documents[AgentWorld.PATH_DOCUMENT] =
                        AgentWorld.document("bearer_methods_supported" to listOf("body"))

                    shouldThrow<UnsupportedFeatureException> { world.mcp { register() }.send() }
                    world.opened.shouldBeEmpty()
                }
            }

            test("a server that is listed but does not list the resource is refused after requireListed()") {
                runTest {
                    val world = worldOf { metadata("protected_resources", listOf("https://other.example.com")) }

                    world
                        .refusal {
                            register()
                            requireListed()
                        }.code shouldBe ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED
                }
            }
        }

        context("iss of the callback") {
            fun AgentWorld.answering(change: (String) -> String) {
                val honest = person
                person = { change(honest(it)) }
            }

            fun withoutIss(url: String) = url.replace(Regex("[?&]iss=[^&]*"), "").replaceFirst("callback&", "callback?")

            test("right: accepted") {
                runTest {
                    val world = AgentWorld(this)

                    world.mcp().send().status shouldBe 200
                }
            }

            test("absent, and not advertised: accepted") {
                runTest {
                    val world = worldOf { metadata("authorization_response_iss_parameter_supported", null) }
                    world.answering(::withoutIss)

                    world.mcp().send().status shouldBe 200
                }
            }

            val wrong: Map<String, Pair<TestServerSettings.() -> Unit, (String) -> String>> =
                mapOf(
                    "absent, but advertised" to ({ _: TestServerSettings -> } to ::withoutIss),
                    "of another issuer" to
                        ({ _: TestServerSettings -> } to { it.replace("as.example.com", "evil.example.com") }),
                    "not advertised and of another issuer" to
                        (
                            { s: TestServerSettings ->
                                s.metadata("authorization_response_iss_parameter_supported", null)
                                Unit
                            } to { it.replace("as.example.com", "evil.example.com") }
                        ),
                    "with a slash more" to
                        ({ _: TestServerSettings -> } to { it.replace("as.example.com", "as.example.com%2F") }),
                )
            for ((name, case) in wrong) {
                test("$name: refused, and no code is sent") {
                    runTest {
                        val world = worldOf(case.first)
                        world.answering(case.second)

                        shouldThrow<ValidationException> { world.mcp().send() }

                        world.tokenForms().shouldBeEmpty()
                    }
                }
            }
        }

        context("scopes") {
            test("those of the challenge") {
                runTest {
                    val world = AgentWorld(this)
                    world.challenge = "scope=\"files:read\""
                    world.documents[AgentWorld.PATH_DOCUMENT] =
                        AgentWorld.document("scopes_supported" to listOf("a", "b"))

                    world.mcp().send()

                    world.authorization(0)["scope"] shouldBe "files:read"
                }
            }

            test("else all that the document lists") {
                runTest {
                    val world = AgentWorld(this)
                    world.documents[AgentWorld.PATH_DOCUMENT] =
                        AgentWorld.document("scopes_supported" to listOf("a", "b"))

                    world.mcp().send()

                    world.authorization(0)["scope"] shouldBe "a b"
                }
            }

            test("else those of the program, and else none") {
                runTest {
                    val world = AgentWorld(this)
                    world.mcp().send()
                    world.authorization(0)["scope"].shouldBeNull()

                    val other = AgentWorld(this)
                    other
                        .mcp {
                            register()
                            scope("mine")
                        }.send()
                    other.authorization(0)["scope"] shouldBe "mine"
                }
            }

            test("offline_access where the server has it, and never because the resource lists it") {
                runTest {
                    val world = worldOf { scopes("a", "offline_access") }
                    world.challenge = "scope=\"a\""
                    world.mcp().send()
                    world.authorization(0)["scope"] shouldBe "a offline_access"

                    val other = AgentWorld(this)
                    other.challenge = "scope=\"a offline_access\""
                    other.mcp().send()
                    other.authorization(0)["scope"] shouldBe "a"
                }
            }
        }

        test("resource is named in the authorization, the token request and the refresh") {
            runTest {
                val world = AgentWorld(this)
                val mcp = world.mcp()
                mcp.send()
                mcp.tokens.invalidate(mcp.token())
                mcp.send()

                world.authorization(0).all("resource") shouldContainExactly listOf(AgentWorld.URL)
                world.tokenForms().map { it["grant_type"] to it.all("resource") } shouldContainExactly
                    listOf("authorization_code" to listOf(AgentWorld.URL), "refresh_token" to listOf(AgentWorld.URL))
            }
        }

        context("who the program is") {
            test("a document, where the server takes them: no registration") {
                runTest {
                    val world = worldOf { metadata("client_id_metadata_document_supported", true) }

                    world
                        .mcp {
                            metadataDocument("https://app.example.com/client.json")
                            register()
                        }.send()

                    world.authorization(0)["client_id"] shouldBe "https://app.example.com/client.json"
                    world.server.registrationEndpoint.requestCount shouldBe 0
                }
            }

            test("registered beforehand: no registration") {
                runTest {
                    val world =
                        worldOf {
                            client("given", "secret-of-given")
                            client("rs", "secret-of-the-resource")
                        }

                    world
                        .mcp {
                            registered("https://as.example.com", "given") { clientSecret("secret-of-given") }
                            register()
                        }.send()

                    world.authorization(0)["client_id"] shouldBe "given"
                    world.server.registrationEndpoint.requestCount shouldBe 0
                }
            }

            test("the resource moves to another server: it registers there, and nothing of the first is sent") {
                runTest {
                    val world = AgentWorld(this)
                    val mcp = world.mcp()
                    mcp.send()
                    val other = world.server("https://other.example.com")
                    world.move(other)
                    world.server.revoke()

                    mcp.send().status shouldBe 200

                    other.registrationEndpoint.requestCount shouldBe 1
                    val ofFirst = world.authorization(0)["client_id"]
                    val sent = other.requests.map { "${it.request.url} ${it.request.body?.parameters?.encode()}" }
                    sent.filter { ofFirst.orEmpty() in it }.shouldBeEmpty()
                    world.tokenForms(other).map { it["grant_type"] } shouldContainExactly listOf("authorization_code")
                    world.opened[1] shouldStartWith "https://other.example.com/"
                }
            }
        }
    })
