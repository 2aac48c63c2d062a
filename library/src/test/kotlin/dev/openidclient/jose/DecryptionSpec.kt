package dev.openidclient.jose

import dev.openidclient.error.DecryptionException
import dev.openidclient.error.ErrorCode
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.X25519Encrypter
import dev.openidclient.testing.jwe
import dev.openidclient.testing.shouldFailWith
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.spec.ECGenParameterSpec
import java.util.concurrent.CopyOnWriteArrayList

private const val JWS = "eyJhbGciOiJub25lIn0.e30."

class DecryptionSpec :
    FunSpec({
        val rsa = TestKeys.rsa.toKeyPair()
        val ec = ecKeyPair("secp256r1")
        val x25519 = X25519Encrypter.x25519()

        context("opens") {
            test("what is no JWE by leaving it as it is") {
                decryption(rsaKey()).open(JWS, "ID Token") shouldBe JWS
            }

            test("a JWE with the only key") {
                decryption(rsaKey()).open(jwe(rsa.public, "RSA-OAEP-256", text = JWS), "ID Token") shouldBe JWS
            }

            test("a JWE without kid with a key that has one") {
                decryption(rsaKey("k")).open(jwe(rsa.public, "RSA-OAEP-256"), "ID Token") shouldBe "a.b.c"
            }

            test("a JWE whose kid is null, which is none, as far as that is judged here") {
                val opened = mutableListOf<String>()
                val header = TestKeys.base64Url("""{"alg":"RSA-OAEP-256","enc":"A256GCM","kid":null}""")
                decryption(recording(opened)).open("$header.a.b.c.d", "ID Token") shouldBe "opened"

                opened shouldBe listOf("$header.a.b.c.d")
            }

            test("a JWE with kid with the key of that kid, of several") {
                val other = ecKeyPair("secp256r1")
                val keys =
                    listOf(DecryptionKey.fromKeyPair(other, keyId = "1"), DecryptionKey.fromKeyPair(ec, keyId = "2"))
                val jwe = jwe(ec.public, "ECDH-ES") { keyID("2") }

                Decryption(keys, Decryption.CONTENT_ENCRYPTION).open(jwe, "ID Token") shouldBe "a.b.c"
            }

            test("a JWE with the key that has its algorithm, of several RSA keys") {
                val other = DecryptionKey.fromKeyPair(TestKeys.otherRsa.toKeyPair(), "RSA-OAEP")

                decryption(other, rsaKey()).open(jwe(rsa.public, "RSA-OAEP-256"), "ID Token") shouldBe "a.b.c"
            }

            test("a JWE with the key on its curve, of several") {
                val keys =
                    listOf(
                        ec,
                        ecKeyPair("secp384r1"),
                        ecKeyPair("secp521r1"),
                        x25519,
                    ).map { DecryptionKey.fromKeyPair(it) }

                Decryption(keys, Decryption.CONTENT_ENCRYPTION).open(jwe(x25519.public, "ECDH-ES"), "ID Token") shouldBe
                    "a.b.c"
                Decryption(keys, Decryption.CONTENT_ENCRYPTION).open(jwe(ec.public, "ECDH-ES"), "ID Token") shouldBe
                    "a.b.c"
            }

            for (encryption in Decryption.CONTENT_ENCRYPTION) {
                test("$encryption, which is allowed unless the settings say otherwise") {
                    decryption(rsaKey()).open(jwe(rsa.public, "RSA-OAEP-256", encryption), "ID Token") shouldBe "a.b.c"
                }
            }
        }

        context("refuses") {
            for (encryption in Decryption.CONTENT_ENCRYPTION) {
                test("$encryption where the settings do not allow it") {
                    val allowed = Decryption(listOf(rsaKey()), Decryption.CONTENT_ENCRYPTION - encryption)

                    refused("\"enc\" \"$encryption\", but decryption(…) in the settings allows") {
                        allowed.open(jwe(rsa.public, "RSA-OAEP-256", encryption), "ID Token")
                    }
                }
            }

            for (encryption in listOf("", "none", "a256gcm", "XC20P", "A128CBC+HS256")) {
                test("the enc \"$encryption\", which there is none") {
                    refused("but decryption(…) in the settings allows") {
                        decryption(
                            rsaKey(),
                        ).open(withHeader("""{"alg":"RSA-OAEP-256","enc":"$encryption"}"""), "ID Token")
                    }
                }
            }

            val algorithms =
                listOf(
                    "RSA1_5",
                    "dir",
                    "A128KW",
                    "A256KW",
                    "A256GCMKW",
                    "PBES2-HS256+A128KW",
                    "RSA-OAEP",
                    "rsa-oaep-256",
                    "none",
                    "",
                )
            for (algorithm in algorithms) {
                test("the alg \"$algorithm\", which the key is not for") {
                    refused("\"alg\" \"$algorithm\", but the keys of decryption(…) in the settings are for") {
                        decryption(rsaKey()).open(withHeader("""{"alg":"$algorithm","enc":"A256GCM"}"""), "ID Token")
                    }
                }
            }

            test("a real JWE of RSA1_5 for the key") {
                refused("\"alg\" \"RSA1_5\"") { decryption(rsaKey()).open(jwe(rsa.public, "RSA1_5"), "ID Token") }
            }

            test("another algorithm of the family than the key is narrowed to") {
                val narrow = DecryptionKey.fromKeyPair(ec, "ECDH-ES+A128KW")

                refused("\"alg\" \"ECDH-ES\"") { decryption(narrow).open(jwe(ec.public, "ECDH-ES"), "ID Token") }
            }

            for (header in listOf("""{"enc":"A256GCM"}""", """{"alg":["RSA-OAEP-256"],"enc":"A256GCM"}""")) {
                test("the header $header, which names no algorithm") {
                    refused(
                        "but the keys of decryption(…) in the settings are for",
                    ) { decryption(rsaKey()).open(withHeader(header), "ID Token") }
                }
            }

            test("a kid that no key has") {
                refused("but none does") {
                    decryption(rsaKey("k")).open(jwe(rsa.public, "RSA-OAEP-256") { keyID("other") }, "ID Token")
                }
            }

            test("a kid where the only key has none") {
                refused("but none does") {
                    decryption(rsaKey()).open(jwe(rsa.public, "RSA-OAEP-256") { keyID("k") }, "ID Token")
                }
            }

            for (kid in listOf("1", "[\"k\"]")) {
                test("the kid $kid, which is no text") {
                    refused("but none does") {
                        decryption(rsaKey(), rsaKey("k"))
                            .open(withHeader("""{"alg":"RSA-OAEP-256","enc":"A256GCM","kid":$kid}"""), "ID Token")
                    }
                }
            }

            test("a JWE without kid where two keys fit") {
                refused("but 2 do") {
                    decryption(rsaKey("1"), rsaKey("2")).open(jwe(rsa.public, "RSA-OAEP-256"), "ID Token")
                }
            }

            test("a kid that two keys have") {
                refused("but 2 do") {
                    decryption(
                        rsaKey("k"),
                        rsaKey("k"),
                    ).open(jwe(rsa.public, "RSA-OAEP-256") { keyID("k") }, "ID Token")
                }
            }

            test("a curve that no key is on") {
                refused("but none does") {
                    decryption(
                        DecryptionKey.fromKeyPair(ec),
                    ).open(jwe(ecKeyPair("secp384r1").public, "ECDH-ES"), "ID Token")
                }
            }

            test("ECDH-ES without the server's key") {
                refused("but none does") {
                    decryption(
                        DecryptionKey.fromKeyPair(ec),
                    ).open(withHeader("""{"alg":"ECDH-ES","enc":"A256GCM"}"""), "ID Token")
                }
            }

            for (header in listOf("", "e", "!!!!", "[]", "null", "{", "\"a\"")) {
                test("the header \"$header\", which is no JSON object") {
                    refused(
                        "not base64url of a JSON object",
                    ) { decryption(rsaKey()).open(withHeader(header), "ID Token") }
                }
            }

            test("a header that is no base64url") {
                refused(
                    "the header of the encrypted UserInfo",
                ) { decryption(rsaKey()).open("e30e3.a.b.c.d", "UserInfo") }
            }

            test("control characters without showing them") {
                val header = """{"alg":"a\u202Eb","enc":"A256GCM"}"""

                refused("but the keys of decryption(…) in the settings are for") {
                    decryption(rsaKey()).open(withHeader(header), "ID Token")
                }.message shouldNotContain "\u202E"
            }
        }

        test("a caller's own key gets what is for it, and nothing else") {
            val opened = CopyOnWriteArrayList<String>()
            val own =
                object : DecryptionKey {
                    override val keyId = "hsm"
                    override val algorithms = setOf("RSA-OAEP-256")
                    override val curve: String? = null

                    override suspend fun decrypt(jwe: String): ByteArray =
                        JWS.encodeToByteArray().also { opened += jwe }
                }
            val jwe = jwe(rsa.public, "RSA-OAEP-256") { keyID("hsm") }

            refused(
                "but none does",
            ) { decryption(own).open(jwe(rsa.public, "RSA-OAEP-256") { keyID("k") }, "ID Token") }
            opened.shouldBeEmpty()
            decryption(own).open(jwe, "ID Token") shouldBe JWS
            opened shouldBe listOf(jwe)
        }

        test("a caller's own key is asked what it is before there is anything to open, for it may fail to say so") {
            var isConnected = true
            val own =
                object : DecryptionKey {
                    override val keyId get() = told("hsm")
                    override val algorithms get() = told(setOf("RSA-OAEP-256"))
                    override val curve get() = told<String?>(null)

                    private fun <T> told(what: T): T = what.also { check(isConnected) { "no connection" } }

                    override suspend fun decrypt(jwe: String): ByteArray = error("no connection")
                }
            val decryption = decryption(own)
            isConnected = false

            refused("with alg RSA-OAEP-256 kid \"hsm\" failed, java.lang.IllegalStateException") {
                decryption.open(jwe(rsa.public, "RSA-OAEP-256") { keyID("hsm") }, "ID Token")
            }
            refused("there are alg RSA-OAEP-256 kid \"hsm\"") {
                decryption.open(jwe(rsa.public, "RSA-OAEP-256") { keyID("k") }, "ID Token")
            }
        }
    })

internal fun ecKeyPair(curve: String): KeyPair =
    KeyPairGenerator.getInstance("EC").apply { initialize(ECGenParameterSpec(curve)) }.generateKeyPair()

private fun rsaKey(keyId: String? = null) = DecryptionKey.fromKeyPair(TestKeys.rsa.toKeyPair(), "RSA-OAEP-256", keyId)

private fun decryption(vararg keys: DecryptionKey) = Decryption(keys.toList(), Decryption.CONTENT_ENCRYPTION)

private fun withHeader(header: String) = "${TestKeys.base64Url(header)}.a.b.c.d"

private inline fun refused(
    part: String,
    open: () -> Any?,
): DecryptionException = shouldFailWith<DecryptionException>(ErrorCode.DECRYPTION_FAILED, part, open)

/** A key with a kid for RSA-OAEP-256 that writes down what it shall decrypt. */
private fun recording(opened: MutableList<String>): DecryptionKey =
    object : DecryptionKey {
        override val keyId = "k"
        override val algorithms = setOf("RSA-OAEP-256")
        override val curve: String? = null

        override suspend fun decrypt(jwe: String): ByteArray {
            opened += jwe
            return "opened".encodeToByteArray()
        }
    }
