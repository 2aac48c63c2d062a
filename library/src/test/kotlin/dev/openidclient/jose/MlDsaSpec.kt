package dev.openidclient.jose

import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.testing.TestKeys
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.security.InvalidParameterException
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.ProviderException
import java.security.SecureRandom

private const val NAME = "ML-DSA-65"

class MlDsaSpec :
    FunSpec({
        val seed = ByteArray(MlDsa.SEED_SIZE) { it.toByte() }
        val message = "the running JDK cannot make a key of $NAME from a seed"

        fun keyPair(vararg generators: KeyPairGenerator) =
            MlDsa.keyPair(JwsAlgorithm.ML_DSA_65, seed, sequenceOf(*generators))

        test("a generator is asked for no size of its own, and its one randomness is the seed") {
            val generator = Generator(MlDsa.SEED_SIZE)

            keyPair(generator) shouldBe TestKeys.ed25519
            generator.bits shouldBe -1
            generator.random.toList() shouldBe seed.toList()
        }

        val refusals =
            listOf(
                IllegalArgumentException("m"),
                InvalidParameterException("m"),
                UnsupportedOperationException("m"),
                ProviderException("m"),
            )
        for (refusal in refusals) {
            test("the next generator makes the key where one refuses with ${refusal.javaClass.simpleName}") {
                keyPair(Generator(MlDsa.SEED_SIZE, refusal), Generator(MlDsa.SEED_SIZE)) shouldBe TestKeys.ed25519
            }

            test("${refusal.javaClass.simpleName} of the only generator is an unsupported feature") {
                val thrown = shouldThrow<UnsupportedFeatureException> { keyPair(Generator(MlDsa.SEED_SIZE, refusal)) }

                thrown.message shouldBe message
                thrown.cause shouldBe refusal
            }
        }

        for (size in listOf(0, MlDsa.SEED_SIZE - 1, 2 * MlDsa.SEED_SIZE)) {
            test("a generator that asks for $size random bytes makes no key of the seed") {
                shouldThrow<UnsupportedFeatureException> { keyPair(Generator(size)) }.message shouldBe message
                keyPair(Generator(size), Generator(MlDsa.SEED_SIZE)) shouldBe TestKeys.ed25519
            }
        }
    })

/** Makes always the same key, with [size] random bytes. */
private class Generator(
    private val size: Int,
    private val refusal: Exception? = null,
) : KeyPairGenerator(NAME) {
    val random = ByteArray(size)
    var bits = 0
    private lateinit var source: SecureRandom

    override fun initialize(
        keysize: Int,
        random: SecureRandom,
    ) {
        refusal?.let { throw it }
        bits = keysize
        source = random
    }

    override fun generateKeyPair(): KeyPair {
        if (size > 0) source.nextBytes(random)
        return TestKeys.ed25519
    }
}
