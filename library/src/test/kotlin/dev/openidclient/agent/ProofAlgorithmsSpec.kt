package dev.openidclient.agent

import dev.openidclient.dpop.Dpop
import dev.openidclient.error.AuthorizationRequiredException
import dev.openidclient.jose.SigningKey
import dev.openidclient.tokenstore.InMemoryTokenStore
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest
import java.util.Base64

/** What the server lists is the other name, so that it shows who was asked. */
private fun other(name: String) = if (name == "EdDSA") "Ed25519" else "EdDSA"

private fun TestScope.worldOf(name: String) =
    AgentWorld(this) { metadata("dpop_signing_alg_values_supported", listOf(other(name))) }
        .also {
            it.documents[AgentWorld.PATH_DOCUMENT] =
                AgentWorld.document(
                    "dpop_bound_access_tokens_required" to true,
                    "dpop_signing_alg_values_supported" to listOf(name),
                )
        }

private fun AgentWorld.algorithm(): String {
    val proof = checkNotNull(calls.last().headers["dpop"])
    val header = Base64.getUrlDecoder().decode(proof.substringBefore('.')).decodeToString()
    return Regex("\"alg\":\"([^\"]+)\"").find(header)?.groupValues?.get(1).orEmpty()
}

class ProofAlgorithmsSpec :
    FunSpec({
        for (name in listOf("EdDSA", "Ed25519")) {
            test("a proof names its algorithm as the resource lists it: $name") {
                runTest {
                    val world = worldOf(name)
                    val mcp =
                        world.mcp {
                            register()
                            dpop = Dpop(SigningKey.generate("Ed25519"))
                        }

                    mcp.send().status shouldBe 200

                    world.algorithm() shouldBe name
                }
            }

            test("also after a restart, when the resource is not asked again: $name") {
                runTest {
                    val world = worldOf(name)
                    val store = InMemoryTokenStore()
                    val key = Dpop(SigningKey.generate("Ed25519"))

                    fun instance() =
                        world.mcp {
                            registered("https://as.example.com", "app")
                            dpop = key
                            store(store)
                        }
                    instance().send().status shouldBe 200
                    world.asked.clear()

                    instance().send().status shouldBe 200

                    world.algorithm() shouldBe name
                    world.asked.filter { "oauth-protected-resource" in it }.shouldBeEmpty()
                }
            }

            test("also where another instance finishes the sign-in: $name") {
                runTest {
                    val world = worldOf(name)
                    val key = Dpop(SigningKey.generate("Ed25519"))

                    fun instance() =
                        world.mcp {
                            registered("https://as.example.com", "app")
                            dpop = key
                            authorize = null
                            redirectUri = AgentWorld.REDIRECT_URI
                        }
                    val required = shouldThrow<AuthorizationRequiredException> { instance().send() }
                    val other = instance()
                    other.complete(world.server.signIn(required.url), required.pending)

                    other.send().status shouldBe 200

                    world.algorithm() shouldBe name
                }
            }

            test("also where the one who finishes the sign-in knows it from the store alone: $name") {
                runTest {
                    val world = worldOf(name)
                    val store = InMemoryTokenStore()
                    val key = Dpop(SigningKey.generate("Ed25519"))

                    fun instance() =
                        world.mcp {
                            registered("https://as.example.com", "app")
                            dpop = key
                            authorize = null
                            redirectUri = AgentWorld.REDIRECT_URI
                            store(store)
                        }
                    val both = List(2) { shouldThrow<AuthorizationRequiredException> { instance().send() } }
                    both.take(1).forEach { instance().complete(world.server.signIn(it.url), it.pending) }
                    world.documents[AgentWorld.PATH_DOCUMENT] = AgentWorld.text(500, "no")
                    world.asked.clear()

                    both.drop(1).forEach { instance().complete(world.server.signIn(it.url), it.pending) }
                    instance().send().status shouldBe 200

                    world.algorithm() shouldBe name
                    world.asked.filter { "oauth-protected-resource" in it }.shouldBeEmpty()
                }
            }
        }

        test("the code is exchanged before the resource is asked, which may take its time") {
            runTest {
                val world = worldOf("EdDSA")
                val key = Dpop(SigningKey.generate("Ed25519"))

                fun instance() =
                    world.mcp {
                        registered("https://as.example.com", "app")
                        dpop = key
                        authorize = null
                        redirectUri = AgentWorld.REDIRECT_URI
                    }
                val required = shouldThrow<AuthorizationRequiredException> { instance().send() }
                world.asked.clear()

                instance().complete(world.server.signIn(required.url), required.pending)

                val token = world.asked.indexOfFirst { it == world.server.metadata.tokenEndpoint }
                val resource = world.asked.indexOfFirst { "oauth-protected-resource" in it }
                (token in 0..<resource) shouldBe true
            }
        }

        test("a resource that cannot be asked at the end of a sign-in is no failure of it") {
            runTest {
                val world = worldOf("EdDSA")
                val key = Dpop(SigningKey.generate("Ed25519"))

                fun instance() =
                    world.mcp {
                        registered("https://as.example.com", "app")
                        dpop = key
                        authorize = null
                        redirectUri = AgentWorld.REDIRECT_URI
                    }
                val required = shouldThrow<AuthorizationRequiredException> { instance().send() }
                world.documents[AgentWorld.PATH_DOCUMENT] = AgentWorld.text(500, "no")
                val other = instance()
                other.complete(world.server.signIn(required.url), required.pending)

                other.send().status shouldBe 200

                world.algorithm() shouldBe "Ed25519"
            }
        }
    })
