package dev.openidclient.resourceserver

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import java.nio.ByteBuffer
import java.util.Base64
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

private const val NOW_SECONDS = 1_767_225_600L
private val ONE = ByteArray(32) { 1 }
private val TWO = ByteArray(32) { 2 }
private const val BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

private fun nonces(
    vararg secrets: ByteArray = arrayOf(ONE),
    serverId: String = SERVER,
) = DpopNonces(secrets.asList(), serverId, TOLERANCE)

private fun forged(
    time: Long,
    message: ByteArray,
    secret: ByteArray = ONE,
): String {
    val mac = Mac.getInstance("HmacSHA256").apply { init(SecretKeySpec(secret, "HmacSHA256")) }
    val seconds = ByteBuffer.allocate(8).putLong(time).array()
    return Base64.getUrlEncoder().withoutPadding().encodeToString(seconds + mac.doFinal(seconds + message))
}

class DpopNoncesSpec :
    FunSpec({
        test("a nonce is its time and the HMAC-SHA-256 of that and the server") {
            nonces().make(NOW_SECONDS) shouldBe forged(NOW_SECONDS, SERVER.encodeToByteArray())
        }

        test("a nonce is good for 5 minutes and not a second longer") {
            val nonce = nonces().make(NOW_SECONDS)
            nonces().end(nonce, NOW_SECONDS) shouldBe NOW_SECONDS + 300
            nonces().end(nonce, NOW_SECONDS + 299) shouldBe NOW_SECONDS + 300
            nonces().end(nonce, NOW_SECONDS + 300).shouldBeNull()
        }

        test("a nonce of an instance whose clock is ahead is good within the tolerance, and no further") {
            val nonce = nonces().make(NOW_SECONDS)
            nonces().end(nonce, NOW_SECONDS - TOLERANCE) shouldBe NOW_SECONDS + 300
            nonces().end(nonce, NOW_SECONDS - TOLERANCE - 1).shouldBeNull()
        }

        test("a nonce of the previous secret is good, and followed by one of the current") {
            val old = nonces(ONE).make(NOW_SECONDS)
            val server = nonces(TWO, ONE)
            server.end(old, NOW_SECONDS) shouldBe NOW_SECONDS + 300
            server.isDue(old, NOW_SECONDS) shouldBe true
            server.make(NOW_SECONDS) shouldBe nonces(TWO).make(NOW_SECONDS)
        }

        test("a nonce of a secret that is neither is none") {
            nonces(TWO, ByteArray(32)).end(nonces(ONE).make(NOW_SECONDS), NOW_SECONDS).shouldBeNull()
        }

        test("a nonce of another server with the same secret is none") {
            val other = nonces(serverId = "$SERVER/other").make(NOW_SECONDS)
            nonces().end(other, NOW_SECONDS).shouldBeNull()
        }

        test("the next nonce is due after half of the time, and where there is none of this server") {
            val nonce = nonces().make(NOW_SECONDS)
            nonces().isDue(nonce, NOW_SECONDS) shouldBe false
            nonces().isDue(nonce, NOW_SECONDS + 149) shouldBe false
            nonces().isDue(nonce, NOW_SECONDS + 150) shouldBe true
            nonces().isDue(null, NOW_SECONDS) shouldBe true
            nonces().isDue("n", NOW_SECONDS) shouldBe true
        }

        test("no character of a nonce can be another") {
            val nonce = nonces().make(NOW_SECONDS)
            for (index in nonce.indices) {
                for (char in BASE64URL.filter { it != nonce[index] }) {
                    val other = nonce.replaceRange(index, index + 1, char.toString())
                    withClue("$index $char") { nonces().end(other, NOW_SECONDS).shouldBeNull() }
                }
            }
        }

        test("a nonce cut short, lengthened, padded or of other characters is none") {
            val nonce = nonces().make(NOW_SECONDS)
            val others =
                nonce.indices.map(nonce::take) +
                    listOf("$nonce=", "${nonce}A", "A$nonce", " $nonce", nonce.replaceFirst('A', '+'), "é".repeat(54))
            for (other in others) withClue(other) { nonces().end(other, NOW_SECONDS).shouldBeNull() }
        }

        test("a time without its HMAC is none, whatever the time is") {
            for (time in listOf(NOW_SECONDS, Long.MAX_VALUE, Long.MIN_VALUE, 0L, -1L)) {
                nonces().end(forged(time, SERVER.encodeToByteArray(), TWO), NOW_SECONDS).shouldBeNull()
            }
            nonces().end(forged(NOW_SECONDS, ByteArray(0)), NOW_SECONDS).shouldBeNull()
        }

        test("each instance makes secrets of its own") {
            DpopNonces.newSecret().contentEquals(DpopNonces.newSecret()) shouldBe false
            DpopNonces.newSecret().size shouldBe 32
        }
    })
