package dev.openidclient.jose

import dev.openidclient.error.UnsupportedFeatureException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch
import io.kotest.matchers.types.shouldBeInstanceOf
import java.security.KeyPair
import java.security.KeyPairGeneratorSpi
import java.security.NoSuchAlgorithmException
import java.security.Provider
import java.security.SecureRandom
import java.security.Security

class JcaSpec :
    FunSpec({
        val asked =
            mapOf<String, (String) -> Any>(
                "signature" to { Jca.signature(it) },
                "key factory" to { Jca.keyFactory(it) },
                "digest" to { Jca.digest(it) },
                "key pair generator of a provider" to { Jca.keyPairGenerators(it) },
            )
        for ((name, ask) in asked) {
            test("a $name that the JDK lacks is an unsupported feature") {
                val thrown = shouldThrow<UnsupportedFeatureException> { ask("ROT13") }
                thrown.message shouldBe "the running JDK has no ROT13"
                thrown.cause.shouldBeInstanceOf<NoSuchAlgorithmException>()
            }
        }

        test("the key pair generators are those of all providers that have one, in their order") {
            val providers = listOf("first", "second").map(::StandInProvider)
            try {
                providers.forEach(Security::addProvider)

                Jca.keyPairGenerators("STAND-IN").map { it.provider }.toList() shouldBe providers
            } finally {
                providers.forEach { Security.removeProvider(it.name) }
            }
        }

        test("a random value is 43 characters of base64url: 32 bytes") {
            randomValue() shouldMatch Regex("[A-Za-z0-9_-]{43}")
        }

        test("random values differ") {
            List(1000) { randomValue() }.shouldBeUnique()
        }
    })

private class StandInProvider(
    name: String,
) : Provider(name, "1", "") {
    init {
        put("KeyPairGenerator.STAND-IN", StandInGenerator::class.java.name)
    }
}

class StandInGenerator : KeyPairGeneratorSpi() {
    override fun initialize(
        keysize: Int,
        random: SecureRandom,
    ) = Unit

    override fun generateKeyPair() = KeyPair(null, null)
}
