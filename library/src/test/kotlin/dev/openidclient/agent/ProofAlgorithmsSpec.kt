package dev.openidclient.agent

import dev.openidclient.dpop.Dpop
import dev.openidclient.jose.SigningKey
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.test.runTest
import java.util.Base64

class ProofAlgorithmsSpec :
    FunSpec({
        for (name in listOf("EdDSA", "Ed25519")) {
            test("a proof names its algorithm as the resource lists it: $name") {
                runTest {
                    val world = AgentWorld(this)
                    world.documents[AgentWorld.PATH_DOCUMENT] =
                        AgentWorld.document(
                            "dpop_bound_access_tokens_required" to true,
                            "dpop_signing_alg_values_supported" to listOf(name),
                        )
                    val mcp =
                        world.mcp {
                            register()
                            dpop = Dpop(SigningKey.generate("Ed25519"))
                        }

                    mcp.send().status shouldBe 200

                    val proof = checkNotNull(world.calls.last().headers["dpop"])
                    Base64.getUrlDecoder().decode(proof.substringBefore('.')).decodeToString() shouldContain
                        "\"alg\":\"$name\""
                }
            }
        }
    })
