package dev.openidclient.resourceserver

import dev.openidclient.jose.JwsAlgorithm
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import java.time.Duration

class DpopSettingsSpec :
    FunSpec({
        test("a proof may be 60 seconds away, and a nonce is not required, unless told otherwise") {
            val settings = DpopSettings()
            settings.proofLifetime shouldBe Duration.ofSeconds(60)
            settings.isNonceRequired shouldBe false
            settings.replayCache.shouldBeNull()
        }

        for (lifetime in listOf(
            Duration.ZERO,
            Duration.ofSeconds(-1),
            Duration.ofMillis(1500),
            Duration.ofSeconds(3601),
        )) {
            test("a lifetime of $lifetime is refused") {
                shouldThrow<IllegalArgumentException> { DpopSettings().proofLifetime(lifetime) }.message shouldBe
                    "proofLifetime must be whole seconds, from 1 second to 1 hour, but is $lifetime"
            }
        }

        test("no algorithm at all is refused") {
            shouldThrow<IllegalArgumentException> { DpopSettings().algorithms() }.message shouldBe
                "algorithms(…) of dpop { } must name one algorithm at least"
        }

        test("a secret that is too short is refused, the previous one too") {
            val message = "a secret for nonces must have 32 bytes at least, but one has 31"
            shouldThrow<IllegalArgumentException> { DpopSettings().nonceSecrets(ByteArray(31)) }.message shouldBe
                message
            shouldThrow<IllegalArgumentException> {
                DpopSettings().nonceSecrets(ByteArray(32), ByteArray(31))
            }.message shouldBe message
        }

        test("secrets are copied: what becomes of the caller's arrays does not matter") {
            val secret = ByteArray(32) { 1 }
            val settings = DpopSettings().requireNonce().nonceSecrets(secret)
            secret.fill(0)
            settings.nonceSecrets!!.single().toList() shouldBe List<Byte>(32) { 1 }
        }

        test("calls chain, as Java writes them") {
            val settings =
                DpopSettings()
                    .replayCache(null)
                    .proofLifetime(Duration.ofMinutes(5))
                    .algorithms(JwsAlgorithm.ES256, JwsAlgorithm.ES256)
                    .requireNonce()
                    .nonceSecrets(ByteArray(32))
            settings.algorithms shouldBe listOf(JwsAlgorithm.ES256)
            settings.toString() shouldBe "DpopSettings(nonceSecrets=██)"
        }
    })
