package dev.openidclient.integration

import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldNotContain
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import java.util.concurrent.ConcurrentLinkedQueue

/** The server's keys, kept for a runtime without memory. */
class KnownKeysIntegrationSpec :
    StringSpec({
        for (server in SignInServer.all()) {
            "$server: keys that were exported are not downloaded again" {
                val first = server.connect { nonRepudiationChecks() }
                first.exportJwks() shouldBe null
                first.signIn(server.browser())
                val keys = first.exportJwks().shouldNotBeNull()

                val requested = ConcurrentLinkedQueue<String>()
                val next =
                    server.connect {
                        nonRepudiationChecks()
                        recordTo(requested)
                    }
                next.importJwks(keys) shouldBe true
                next.importJwks(keys) shouldBe false
                next.signIn(server.browser()).person shouldBe "alice"
                requested shouldContain "POST ${next.server.tokenEndpoint}"
                requested shouldNotContain "GET ${next.server.jwksUri}"
            }
        }
    })
