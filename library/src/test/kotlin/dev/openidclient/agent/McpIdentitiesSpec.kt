package dev.openidclient.agent

import dev.openidclient.error.AuthorizationRequiredException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.registration.ClientIdMetadataDocument
import dev.openidclient.tokenstore.InMemoryTokenStore
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kotlinx.coroutines.test.runTest

private const val DOCUMENT = "https://app.example.com/oauth/client.json"
private const val CODE_GRANT = "authorization_code"

/** Who the program is, as seen from the flow of a resource. */
class McpIdentitiesSpec :
    FunSpec({
        /** The clients that the browser was sent with, in order. */
        fun AgentWorld.clients(): List<String?> = opened.indices.map { authorization(it)["client_id"] }

        /** A person who agrees, while the server loses the client, [times] over. */
        fun AgentWorld.losesClients(times: Int) {
            var left = times
            val agrees = person
            person = { url ->
                agrees(url).also { if (left-- > 0) server.forgetClient(checkNotNull(clients().last())) }
            }
        }

        fun world(test: suspend AgentWorld.() -> Unit) =
            runTest { AgentWorld(this) { client("rs", "secret-of-the-resource") }.test() }

        context("a server that answers invalid_client to a registration") {
            test("gets one more, and the person agrees again") {
                world {
                    losesClients(1)

                    mcp().send().status shouldBe 200

                    server.registrationEndpoint.requestCount shouldBe 2
                    opened shouldHaveSize 2
                    clients()[0] shouldNotBe clients()[1]
                }
            }

            test("again gets no third one: that is the failure of whoever waits") {
                world {
                    losesClients(2)
                    val mcp = mcp()

                    val e = shouldThrow<OAuthException> { mcp.send() }

                    (e as ResponseBodyException).error shouldBe "invalid_client"
                    server.registrationEndpoint.requestCount shouldBe 2
                    opened shouldHaveSize 2
                }
            }

            test("where the request is pushed gets one more, too") {
                runTest {
                    val world =
                        AgentWorld(this) {
                            client("rs", "secret-of-the-resource")
                            requirePushedRequests()
                        }
                    val mcp = world.mcp()
                    mcp.send().status shouldBe 200
                    world.server.forgetClient(checkNotNull(world.clients().last()))
                    mcp.remove()

                    mcp.send().status shouldBe 200

                    world.server.registrationEndpoint.requestCount shouldBe 2
                    world.opened shouldHaveSize 2
                }
            }

            test("at the callback of a web application is the failure of that, and another client is the next") {
                world {
                    val mcp =
                        mcp {
                            register()
                            authorize = null
                            redirectUri = AgentWorld.REDIRECT_URI
                        }
                    val first = shouldThrow<AuthorizationRequiredException> { mcp.send() }
                    val callback = server.signIn(first.url)
                    val clientId = Regex("client_id=([^&]+)").find(first.url)?.groupValues?.get(1)
                    server.forgetClient(checkNotNull(clientId))

                    val e = shouldThrow<ResponseBodyException> { mcp.complete(callback, first.pending) }
                    e.error shouldBe "invalid_client"

                    val second = shouldThrow<AuthorizationRequiredException> { mcp.send() }
                    mcp.complete(server.signIn(second.url), second.pending)
                    mcp.send().status shouldBe 200
                    server.registrationEndpoint.requestCount shouldBe 2
                }
            }
        }

        test("several resources of one server share the identities of a program: one registration") {
            world {
                val identities = ClientIdentities { register() }
                val other = "${AgentWorld.ORIGIN}/other"
                documents["${AgentWorld.ORIGIN}/.well-known/oauth-protected-resource/other"] =
                    AgentWorld.document("resource" to other)

                mcp { this.identities = identities }.send().status shouldBe 200
                mcp(other) { this.identities = identities }.send().status shouldBe 200

                server.registrationEndpoint.requestCount shouldBe 1
                clients().toSet() shouldHaveSize 1
            }
        }

        test("programs with a namespace each have a registration each in one store, and a program has it again") {
            world {
                val store = InMemoryTokenStore(clock = clock)
                for (name in listOf("one", "other", "one")) {
                    mcp {
                        register()
                        store(store)
                        namespace = name
                        subject = "of the run ${opened.size}"
                    }.send().status shouldBe 200
                }

                server.registrationEndpoint.requestCount shouldBe 2
                clients()[0] shouldBe clients()[2]
            }
        }

        test("a document that the server has fetched is the client, in the code grant too") {
            world {
                val document =
                    ClientIdMetadataDocument(DOCUMENT) {
                        clientName("An agent")
                        redirectUris("http://127.0.0.1/callback")
                    }
                server.clientMetadataDocument(document)

                mcp {
                    metadataDocument(document)
                    register()
                }.send().status shouldBe 200

                tokenForms().filter { it["grant_type"] == CODE_GRANT }.map { it["client_id"] } shouldContainExactly
                    listOf(DOCUMENT)
                server.registrationEndpoint.requestCount shouldBe 0
            }
        }

        test("no client at a server that offers nothing opens no browser") {
            runTest {
                val world = AgentWorld(this) { metadata("registration_endpoint", null) }

                val e = shouldThrow<MetadataException> { world.mcp().send() }
                e.code shouldBe ErrorCode.CLIENT_NOT_REGISTERED
                world.opened.shouldBeEmpty()
            }
        }

        test("a registration that the server refuses opens no browser, and reaches the caller as it came") {
            world {
                val e =
                    shouldThrow<ResponseBodyException> {
                        mcp { register { grantTypes(CODE_GRANT, "urn:unknown") } }.send()
                    }

                e.error shouldBe "invalid_client_metadata"
                opened.shouldBeEmpty()
            }
        }
    })
