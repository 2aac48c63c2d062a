package dev.openidclient.jose

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe

class JwsAlgorithmSpec :
    FunSpec({
        val identifiers =
            listOf("RS", "PS", "ES").flatMap { family -> listOf("256", "384", "512").map { family + it } } +
                listOf("Ed25519", "EdDSA", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87")

        test("are these and no others") {
            JwsAlgorithm.entries.map { it.identifier }.sorted() shouldBe identifiers.sorted()
        }

        for (identifier in identifiers) {
            test("$identifier is known by its identifier") {
                JwsAlgorithm.of(identifier)?.identifier shouldBe identifier
            }
        }

        for (identifier in listOf(
            "none",
            "HS256",
            "HS512",
            "rs256",
            "RS256 ",
            "",
            "Ed448",
            "ES256K",
            "RS1",
            "RSA1_5",
        )) {
            test("<$identifier> is not supported") {
                JwsAlgorithm.of(identifier).shouldBeNull()
            }
        }

        test("EdDSA and Ed25519 are the same, in both directions") {
            JwsAlgorithm.same("EdDSA", "Ed25519") shouldBe true
            JwsAlgorithm.same("Ed25519", "EdDSA") shouldBe true
        }

        test("a name is the same as itself, even an unknown one") {
            JwsAlgorithm.same("X", "X") shouldBe true
        }

        for ((one, other) in listOf(
            "RS256" to "PS256",
            "ES256" to "ES384",
            "Ed448" to "EdDSA",
            "EdDSA" to "none",
            "a" to "A",
        )) {
            test("$one and $other are not the same") {
                JwsAlgorithm.same(one, other) shouldBe false
            }
        }
    })
