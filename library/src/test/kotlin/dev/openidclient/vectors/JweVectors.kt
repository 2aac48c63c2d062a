package dev.openidclient.vectors

import dev.openidclient.error.DecryptionException
import dev.openidclient.jose.Decryption
import dev.openidclient.jose.DecryptionKey
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.X25519Encrypter
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith

/** The tests of a JWE that opens, and that does not once a bit of it is changed. */
internal fun FunSpec.opens(
    source: String,
    vector: Vector,
) {
    val name = "$source §${vector.section} ${vector.algorithm}"
    val key = DecryptionKey.fromJwk(vector.key, vector.algorithm)

    test("$name opens") {
        open(vector.compact, key) shouldBe vector.text("plaintext")
    }

    for ((what, changed) in mutations(vector.compact, JWE_PARTS)) {
        test("$name does not open with another $what") {
            shouldThrow<DecryptionException> { open(changed, key) }
        }
    }
}

/** The tests of a JWE whose algorithm this library refuses, whatever keys are configured. */
internal fun FunSpec.isNotOpened(
    source: String,
    vector: Vector,
) {
    val name = "$source §${vector.section} ${vector.algorithm}"

    test("$name is refused") {
        shouldThrow<DecryptionException> { open(vector.compact, *ANY_KEYS) }.message.orEmpty() shouldStartWith
            "the vector is encrypted with the \"alg\" \"${vector.algorithm}\", but the keys of decryption(…)"
    }

    test("$name is refused by each key itself") {
        for (key in ANY_KEYS) shouldThrow<DecryptionException> { key.decrypt(vector.compact) }
    }

    if ("key" in vector) {
        test("$name has a key that is none here") {
            shouldThrow<RuntimeException> { DecryptionKey.fromJwk(vector.key, vector.algorithm) }
        }
    }
}

/** Opens [compact] as a received token is. */
internal suspend fun open(
    compact: String,
    vararg keys: DecryptionKey,
): String = Decryption(keys.toList(), Decryption.CONTENT_ENCRYPTION).open(compact, "vector")

/** One key of each kind. */
internal val ANY_KEYS: Array<DecryptionKey> by lazy {
    arrayOf(
        DecryptionKey.fromKeyPair(TestKeys.rsa.toKeyPair(), "RSA-OAEP"),
        DecryptionKey.fromKeyPair(TestKeys.ec.toKeyPair()),
        DecryptionKey.fromKeyPair(X25519Encrypter.x25519()),
    )
}
