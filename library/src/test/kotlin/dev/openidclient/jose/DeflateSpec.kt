package dev.openidclient.jose

import com.nimbusds.jose.CompressionAlgorithm
import dev.openidclient.error.DecryptionException
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.jwe
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.io.ByteArrayOutputStream
import java.util.zip.Deflater
import java.util.zip.DeflaterOutputStream

class DeflateSpec :
    FunSpec({
        test("a compressed JWE opens, with each kind of key") {
            val rsa = DecryptionKey.fromKeyPair(TestKeys.rsa.toKeyPair(), "RSA-OAEP-256")
            val ec = DecryptionKey.fromKeyPair(TestKeys.ec.toKeyPair())
            val text = "a.b.c".repeat(1_000)

            val forRsa =
                jwe(TestKeys.rsa.toRSAPublicKey(), "RSA-OAEP-256", text = text) {
                    compressionAlgorithm(CompressionAlgorithm.DEF)
                }
            val forEc =
                jwe(TestKeys.ec.toECPublicKey(), "ECDH-ES+A256KW", text = text) {
                    compressionAlgorithm(CompressionAlgorithm.DEF)
                }

            rsa.decrypt(forRsa).decodeToString() shouldBe text
            ec.decrypt(forEc).decodeToString() shouldBe text
        }

        for (size in listOf(0, 1, 250_000)) {
            test("inflates $size bytes") { Deflate.inflate(deflated(ByteArray(size))).size shouldBe size }
        }

        for (size in listOf(250_001, 100_000_000)) {
            test("refuses $size bytes") { refused(deflated(ByteArray(size))) }
        }

        test("refuses what is cut short") {
            val whole = deflated("a.b.c".repeat(100).encodeToByteArray())
            for (length in 0 until whole.size) refused(whole.copyOf(length))
        }

        test("refuses bytes after the end") { refused(deflated("a.b.c".encodeToByteArray()) + 0) }

        test("refuses what is not DEFLATE") { refused("a.b.c".encodeToByteArray()) }

        test("refuses DEFLATE in a wrapper of zlib") {
            refused(deflated("a.b.c".repeat(100).encodeToByteArray(), isBare = false))
        }
    })

private fun refused(compressed: ByteArray) = shouldThrowExactly<DecryptionException> { Deflate.inflate(compressed) }

private fun deflated(
    content: ByteArray,
    isBare: Boolean = true,
): ByteArray {
    val bytes = ByteArrayOutputStream()
    DeflaterOutputStream(bytes, Deflater(Deflater.DEFAULT_COMPRESSION, isBare)).use { it.write(content) }
    return bytes.toByteArray()
}
