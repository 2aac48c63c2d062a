package dev.openidclient.jose

import dev.openidclient.error.DecryptionException
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.jwe
import dev.openidclient.vectors.withPart
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.security.KeyPairGenerator

class RsaOaepDecrypterSpec :
    FunSpec({
        val key = DecryptionKey.fromKeyPair(TestKeys.rsa.toKeyPair(), "RSA-OAEP-256")

        fun encryptedKey(jwe: String) = checkNotNull(Base64Url.decode(jwe.split('.')[1]))

        test("refuses an encrypted key without its leading zero, and with one more (RFC 8017 §7.1.2)") {
            val jwe =
                generateSequence { jwe(TestKeys.rsa.toPublicKey(), "RSA-OAEP-256") }
                    .first { encryptedKey(it).first() == 0.toByte() }
            val shorter = encryptedKey(jwe).drop(1).toByteArray()
            val longer = byteArrayOf(0) + encryptedKey(jwe)

            key.decrypt(jwe) shouldBe "a.b.c".encodeToByteArray()
            for (other in listOf(shorter, longer)) {
                shouldThrow<DecryptionException> { key.decrypt(withPart(jwe, 1, Base64Url.encode(other))) }
            }
        }

        test("refuses a key of 1024 bits, whoever computes (RFC 7518 §4.3)") {
            val small = KeyPairGenerator.getInstance("RSA").apply { initialize(1024) }.generateKeyPair()
            val weak = DecryptionKey.fromKeyPair(small, "RSA-OAEP")

            shouldThrow<DecryptionException> { weak.decrypt(jwe(small.public, "RSA-OAEP")) }
        }
    })
