package dev.openidclient.agent

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf

private const val STORED = """{"v":1,"iss":"https://as.example.com","metadata":{"client_id":"app"}}"""

class KeptRegistrationSpec :
    FunSpec({
        test("a registration and a claim come back from the store") {
            val kept = RegistrationEntry.decode(RegistrationEntry.decode(STORED).encode())
            val claim = RegistrationEntry.decode(RegistrationClaim("https://as.example.com", "somebody").encode())

            kept.shouldBeInstanceOf<KeptRegistration>().metadata.clientId shouldBe "app"
            claim.shouldBeInstanceOf<RegistrationClaim>().owner shouldBe "somebody"
        }

        test("what another version has written, or is damaged, is not read") {
            val wrong =
                mapOf(
                    STORED.replace("\"v\":1", "\"v\":2") to "version",
                    STORED.replace("\"v\":1", "\"v\":1,\"more\":true") to "not known here",
                    STORED.replace("{\"client_id\":\"app\"}", "[]") to "metadata",
                    "[]" to "damaged",
                    "" to "damaged",
                )
            for ((text, why) in wrong) {
                withClue(text) {
                    shouldThrow<IllegalArgumentException> { RegistrationEntry.decode(text) }.message shouldContain why
                }
            }
        }
    })
