package dev.openidclient.tokenstore

import dev.openidclient.jose.Jca
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldMatch
import io.kotest.matchers.string.shouldNotContain
import java.security.MessageDigest
import javax.crypto.Cipher
import javax.crypto.Mac
import javax.crypto.spec.GCMParameterSpec
import javax.crypto.spec.SecretKeySpec

private const val PLAIN = "{\"access_token\":\"s3cret\"}"

class TokenCipherSpec :
    FunSpec({
        fun key(id: String) = StoreKey(id, Jca.randomBytes(32))

        test("what was sealed for an entry opens for it, whatever characters it has") {
            val cipher = TokenCipher.of(key("2026-11"))
            for (plain in listOf("", PLAIN, "ü€𝄞\u0000", "x".repeat(70_000))) {
                cipher.open("entry", cipher.seal("entry", plain)) shouldBe plain
            }
        }

        test("the value is URL-safe text that begins with version and key, and never the same twice") {
            val cipher = TokenCipher.of(key("2026-11"))
            val sealed = List(100) { cipher.seal("entry", PLAIN) }
            for (value in sealed) value shouldMatch Regex("v1\\.2026-11\\.[A-Za-z0-9_-]+")
            sealed.shouldBeUnique()
        }

        test("a value that was copied to another entry does not open") {
            val cipher = TokenCipher.of(key("2026-11"))
            val sealed = cipher.seal("entry", PLAIN)
            shouldThrow<IllegalArgumentException> { cipher.open("entry2", sealed) }
            shouldThrow<IllegalArgumentException> { cipher.open("", sealed) }
        }

        test("a value that was changed anywhere, cut off or made longer does not open") {
            val cipher = TokenCipher.of(key("2026-11"), key("2026-05"))
            val sealed = cipher.seal("entry", PLAIN)
            val changed = sealed.indices.map { sealed.replaceRange(it, it + 1, if (sealed[it] == 'A') "B" else "A") }
            val cut = sealed.indices.map { sealed.take(it) }
            val others = listOf(sealed + "A", "$sealed.", sealed.replace("2026-11", "2026-05"), "v2" + sealed.drop(2))
            for (value in changed + cut + others) {
                val failure = shouldThrow<IllegalArgumentException> { cipher.open("entry", value) }
                failure.message shouldNotContain sealed.takeLast(20)
            }
        }

        test("the first key seals, and all open") {
            val old = key("2026-05")
            val new = key("2026-11")
            val before = TokenCipher.of(old).seal("entry", PLAIN)
            val both = TokenCipher.of(new, old)
            both.open("entry", before) shouldBe PLAIN
            both.seal("entry", PLAIN) shouldContain ".2026-11."
        }

        test("a key that is not there is named, with those that are") {
            val sealed = TokenCipher.of(key("2026-05")).seal("entry", PLAIN)
            val failure =
                shouldThrow<IllegalArgumentException> { TokenCipher.of(key("2026-11")).open("entry", sealed) }
            failure.message shouldContain "\"2026-05\""
            failure.message shouldContain "[2026-11]"
        }

        test("another key of the same id opens nothing") {
            val sealed = TokenCipher.of(key("k")).seal("entry", PLAIN)
            shouldThrow<IllegalArgumentException> { TokenCipher.of(key("k")).open("entry", sealed) }
        }

        test("keys that are no keys are refused, and nothing of them is shown") {
            shouldThrow<IllegalArgumentException> { StoreKey("k", Jca.randomBytes(31)) }.message shouldContain
                "32 bytes"
            shouldThrow<IllegalArgumentException> { StoreKey("k", ByteArray(32)) }.message shouldContain "random"
            for (id in listOf("", "a.b", "a b", "a".repeat(65))) {
                shouldThrow<IllegalArgumentException> { key(id) }.message shouldContain "the id of a store key"
            }
            shouldThrow<IllegalArgumentException> { TokenCipher.of() }
            shouldThrow<IllegalArgumentException> { TokenCipher.of(key("k"), key("k")) }.message shouldContain "differ"
            StoreKey("k", Jca.randomBytes(32)).toString() shouldBe "StoreKey(k, ██)"
            TokenCipher.of(key("k")).toString() shouldBe "TokenCipher(keys k)"
        }

        test("a key that is changed afterwards changes nothing") {
            val bytes = Jca.randomBytes(32)
            val cipher = TokenCipher.of(StoreKey("k", bytes))
            val sealed = cipher.seal("entry", PLAIN)
            bytes.fill(1)
            cipher.open("entry", sealed) shouldBe PLAIN
        }

        test("it is AES-256-GCM with a key for each entry, as anybody can open it who has the master key") {
            val master = Jca.randomBytes(32)
            val sealed = TokenCipher.of(StoreKey("k", master)).seal("entry", PLAIN)
            val bytes = java.util.Base64.getUrlDecoder().decode(sealed.removePrefix("v1.k."))
            val mac = Mac.getInstance("HmacSHA256").apply { init(SecretKeySpec(master, "HmacSHA256")) }
            val key = mac.doFinal("openid-client token store v1\u0000entry".encodeToByteArray())
            val cipher = Cipher.getInstance("AES/GCM/NoPadding")
            cipher.init(Cipher.DECRYPT_MODE, SecretKeySpec(key, "AES"), GCMParameterSpec(128, bytes, 0, 12))
            cipher.updateAAD("v1.k.entry".encodeToByteArray())
            MessageDigest.isEqual(cipher.doFinal(bytes, 12, bytes.size - 12), PLAIN.encodeToByteArray()) shouldBe true
        }
    })
