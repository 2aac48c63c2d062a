package dev.openidclient.jose

import dev.openidclient.error.DecryptionException
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.X25519Encrypter
import dev.openidclient.testing.jwe
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

// RFC 7748 §6.1: the private key of Bob, whose public key is that of RFC 8037 A.6
private const val BOB =
    """{"kty":"OKP","crv":"X25519","kid":"Bob","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08",""" +
        """"d":"XasIfmJKikt54X-Lg4AO5m87sSkmGLb9HC-LJ_-I4Os"}"""

class EcdhDecrypterSpec :
    FunSpec({
        val bob = DecryptionKey.fromJwk(BOB)

        for (algorithm in LocalDecryptionKey.ECDH_ALGORITHMS) {
            // the ephemeral key and the agreed secret "Z" are those of the example
            test("agrees with RFC 8037 A.6 on the secret, with $algorithm") {
                val encrypter =
                    X25519Encrypter(
                        X25519Encrypter.octetKeyPair(
                            checkNotNull(Base64Url.decode("hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo")),
                        ),
                        hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"),
                    )
                val jwe = jwe(encrypter, algorithm, "A128GCM") { keyID("Bob") }

                Decryption(listOf(bob), setOf("A128GCM")).open(jwe, "ID Token") shouldBe "a.b.c"
            }
        }

        // RFC 7748 §6.1: with these the secret would be zero, whatever the private key
        val smallOrder =
            listOf(
                "00".repeat(32),
                "01" + "00".repeat(31),
                "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                "ec" + "ff".repeat(30) + "7f",
                "ed" + "ff".repeat(30) + "7f",
                "ee" + "ff".repeat(30) + "7f",
            )
        for (point in smallOrder) {
            test("refuses the point of small order $point") {
                val zero = X25519Encrypter(X25519Encrypter.octetKeyPair(hex(point)), ByteArray(32))

                shouldThrow<DecryptionException> { bob.decrypt(jwe(zero, "ECDH-ES")) }
            }
        }

        for (size in listOf(1, 31, 33, 64)) {
            test("refuses a key of $size bytes") {
                val epk = """{"kty":"OKP","crv":"X25519","x":"${TestKeys.base64Url(ByteArray(size) { 9 })}"}"""
                val header = TestKeys.base64Url("""{"alg":"ECDH-ES","enc":"A256GCM","epk":$epk}""")

                shouldThrow<DecryptionException> {
                    bob.decrypt(
                        "$header..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA",
                    )
                }
            }
        }

        test("refuses a key on Ed25519") {
            val epk = """{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"""
            val header = TestKeys.base64Url("""{"alg":"ECDH-ES","enc":"A256GCM","epk":$epk}""")

            shouldThrow<DecryptionException> { bob.decrypt("$header..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA") }
        }
    })

private fun hex(text: String): ByteArray = text.chunked(2).map { it.toInt(16).toByte() }.toByteArray()
