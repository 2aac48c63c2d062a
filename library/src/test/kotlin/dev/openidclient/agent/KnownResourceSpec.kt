package dev.openidclient.agent

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

private const val STORED =
    """{"v":1,"iss":"https://as.example.com","client_id":"app","resource":"https://mcp.example.com/mcp","named":true}"""

class KnownResourceSpec :
    FunSpec({
        test("what is stored comes back") {
            val known =
                KnownResource(
                    "https://as.example.com",
                    "app",
                    "https://mcp.example.com/mcp",
                    isNamed = true,
                    "https://app.example.com/callback",
                    listOf("a", "b"),
                    listOf("ES256"),
                )

            val read = KnownResource.decode(known.encode())

            read.isOf(known) shouldBe true
            read.isNamed shouldBe true
            read.redirectUri shouldBe "https://app.example.com/callback"
            read.scopes shouldBe listOf("a", "b")
            read.proofAlgorithms shouldBe listOf("ES256")
        }

        test("what nobody has asked for, and what an earlier version did not write, is absent") {
            val read = KnownResource.decode(STORED)

            read.redirectUri shouldBe null
            read.scopes shouldBe emptyList()
            read.proofAlgorithms shouldBe null
        }

        test("what another version has written, or is damaged, is not read") {
            val wrong =
                mapOf(
                    STORED.replace("\"v\":1", "\"v\":2") to "version",
                    STORED.replace("\"v\":1", "\"v\":1,\"more\":true") to "not known here",
                    STORED.replace("\"named\":true", "\"named\":1") to "named",
                    "[]" to "damaged",
                    "" to "damaged",
                )
            for ((text, why) in wrong) {
                withClue(text) {
                    shouldThrow<IllegalArgumentException> { KnownResource.decode(text) }.message shouldContain why
                }
            }
        }
    })
