package dev.openidclient.vectors

import com.nimbusds.jose.CompressionAlgorithm
import dev.openidclient.error.DecryptionException
import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.DecryptionKey
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.jwe
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import kotlin.system.measureTimeMillis

class JweForgerySpec :
    FunSpec({
        val public = TestKeys.rsa.toRSAPublicKey()
        val key = DecryptionKey.fromKeyPair(TestKeys.rsa.toKeyPair(), "RSA-OAEP-256")

        suspend fun refused(jwe: String) {
            shouldThrowExactly<DecryptionException> { key.decrypt(jwe) }
            shouldThrowExactly<DecryptionException> { open(jwe, key) }
        }

        test("a JWE made by hand opens where every piece is right") {
            key.decrypt(HandmadeJwe(public).gcm()).decodeToString() shouldBe "a.b.c"
        }

        context("an algorithm is refused, and costs nothing:") {
            val headers =
                listOf(
                    """"alg":"RSA1_5"""",
                    """"alg":"dir"""",
                    """"alg":"none"""",
                    """"alg":"A128KW"""",
                    """"alg":"A256GCMKW","iv":"AAAA","tag":"AAAA"""",
                    """"alg":"PBES2-HS256+A128KW","p2s":"AAAAAAAAAAA","p2c":1000""",
                    """"alg":"PBES2-HS512+A256KW","p2s":"AAAAAAAAAAA","p2c":2147483647""",
                    """"alg":"ECDH-1PU"""",
                    """"alg":"RSA-OAEP"""",
                    """"alg":"rsa-oaep-256"""",
                    """"alg":["RSA-OAEP-256"]""",
                    """"alg":null""",
                    """"kid":"no alg"""",
                )
            for (header in headers) {
                test(header) {
                    val jwe = HandmadeJwe(public, """{$header,"enc":"A256GCM"}""").gcm()

                    measureTimeMillis { refused(jwe) } shouldBeLessThan BOUND
                }
            }

            test("RSA1_5 for the very key") { refused(rsa15Jwe(public)) }

            test("another hash of RSA-OAEP for the very key") {
                for (other in listOf("RSA-OAEP", "RSA-OAEP-384", "RSA-OAEP-512")) refused(jwe(public, other))
            }
        }

        context("a content encryption is refused:") {
            for (encryption in listOf(
                "none",
                "A128CBC",
                "A256CTR",
                "XC20P",
                "a256gcm",
                "A256GCM\\u0000",
                "",
                "A512GCM",
            )) {
                test("<$encryption>") { refused(HandmadeJwe(public, header(encryption)).gcm()) }
            }

            for (value in listOf("null", "1", "[\"A256GCM\"]", "{}")) {
                test("$value instead of a name") {
                    refused(HandmadeJwe(public, """{"alg":"RSA-OAEP-256","enc":$value}""").gcm())
                }
            }
        }

        context("a content key of another length than the encryption's is refused:") {
            for (encryption in listOf("A128GCM", "A192GCM", "A256GCM")) {
                val size = encryption.substring(1, 4).toInt() / 8
                for (wrong in listOf(16, 24, 32) - size) {
                    test("$wrong bytes for $encryption") {
                        refused(HandmadeJwe(public, header(encryption), ByteArray(wrong)).gcm())
                    }
                }
            }

            for ((encryption, wrong) in listOf("A128CBC-HS256" to 64, "A256CBC-HS512" to 32, "A192CBC-HS384" to 32)) {
                test("$wrong bytes for $encryption") {
                    refused(HandmadeJwe(public, header(encryption), ByteArray(wrong), ByteArray(16)).cbc())
                }
            }
        }

        // RFC 7518 §5.3: 96 bits
        context("an initialization vector of AES-GCM is refused:") {
            for (size in listOf(1, 8, 11, 13, 16, 32)) {
                test("of $size bytes") {
                    refused(HandmadeJwe(public, initializationVector = ByteArray(size) { 1 }).gcm())
                }
            }

            test("of none") { refused(withPart(HandmadeJwe(public).gcm(), 2, "")) }
        }

        // RFC 7518 §5.3: 128 bits
        context("a tag of AES-GCM is refused:") {
            for (bits in listOf(96, 104, 112, 120)) {
                test("of $bits bits") { refused(HandmadeJwe(public).gcm(tagBits = bits)) }
            }

            val (_, _, _, ciphertext, tag) = HandmadeJwe(public).gcm().split('.')
            val sealed = checkNotNull(Base64Url.decode(ciphertext)) + checkNotNull(Base64Url.decode(tag))
            for (size in listOf(0, 4, 12, 15, 17, 20, sealed.size)) {
                test("of the last $size bytes, the others being given to the ciphertext") {
                    val at = sealed.size - size
                    val moved = withPart(HandmadeJwe(public).gcm(), 3, Base64Url.encode(sealed.copyOf(at)))
                    refused(withPart(moved, 4, Base64Url.encode(sealed.copyOfRange(at, sealed.size))))
                }
            }
        }

        context("of AES-CBC with HMAC") {
            for ((encryption, size) in listOf("A128CBC-HS256" to 16, "A192CBC-HS384" to 24, "A256CBC-HS512" to 32)) {
                val jwe = jwe(public, "RSA-OAEP-256", encryption)
                val tag = checkNotNull(Base64Url.decode(jwe.substringAfterLast('.')))
                val ciphertext = checkNotNull(Base64Url.decode(jwe.split('.')[3]))

                test("$encryption a whole tag opens") { key.decrypt(jwe).decodeToString() shouldBe "a.b.c" }

                for (short in listOf(0, 1, size / 2, size - 1)) {
                    test("$encryption a tag of $short bytes is refused") {
                        refused(withPart(jwe, 4, Base64Url.encode(tag.copyOf(short))))
                    }
                }

                test("$encryption a tag that goes on is refused") {
                    refused(withPart(jwe, 4, Base64Url.encode(tag + ByteArray(size))))
                    refused(withPart(jwe, 4, Base64Url.encode(tag + tag)))
                }

                for (wrong in listOf(0, 8, 12, 15, 17, 32)) {
                    test("$encryption an initialization vector of $wrong bytes is refused") {
                        refused(withPart(jwe, 2, Base64Url.encode(ByteArray(wrong))))
                    }
                }

                test("$encryption a ciphertext that is no whole block is refused") {
                    refused(withPart(jwe, 3, Base64Url.encode(ciphertext.copyOf(ciphertext.size - 1))))
                    refused(withPart(jwe, 3, Base64Url.encode(ciphertext + 0)))
                }

                // the padding oracle: a wrong tag is refused before the padding is looked at
                test("$encryption a wrong padding and a wrong tag are told alike") {
                    val padding = withPart(jwe, 3, Base64Url.encode(ByteArray(ciphertext.size)))
                    val other = withPart(jwe, 4, Base64Url.encode(ByteArray(size)))
                    val messages =
                        listOf(
                            padding,
                            other,
                        ).map { shouldThrow<DecryptionException> { key.decrypt(it) }.message }

                    messages.toSet().size shouldBe 1
                }
            }
        }

        context("a wrapped key of ECDH-ES+A128KW is refused:") {
            val recipient = DecryptionKey.fromKeyPair(TestKeys.ec.toKeyPair())
            val jwe = jwe(TestKeys.ec.toECPublicKey(), "ECDH-ES+A128KW", "A128GCM")
            val wrapped = checkNotNull(Base64Url.decode(jwe.split('.')[1]))
            for (size in listOf(0, 8, 15, 16, 23, 25, 32, 40)) {
                test("of $size bytes") {
                    shouldThrowExactly<DecryptionException> {
                        recipient.decrypt(withPart(jwe, 1, Base64Url.encode(wrapped.copyOf(size))))
                    }
                }
            }
        }

        test("a wrapped key where ECDH-ES needs none is refused") {
            val jwe = jwe(TestKeys.ec.toECPublicKey(), "ECDH-ES", "A128GCM")
            shouldThrowExactly<DecryptionException> {
                DecryptionKey.fromKeyPair(TestKeys.ec.toKeyPair()).decrypt(withPart(jwe, 1, "AAAA"))
            }
        }

        context("compressed content that swells is refused:") {
            for (size in listOf(250_001, 50_000_000)) {
                test("$size zeros") {
                    val bomb =
                        jwe(public, "RSA-OAEP-256", text = "0".repeat(size)) {
                            compressionAlgorithm(CompressionAlgorithm.DEF)
                        }
                    measureTimeMillis { refused(bomb) } shouldBeLessThan BOUND
                }
            }
        }

        context("compression of another kind is refused:") {
            test("content that is not compressed at all") {
                val header = """{"alg":"RSA-OAEP-256","enc":"A256GCM","zip":"DEF"}"""
                refused(HandmadeJwe(public, header).gcm())
            }

            for (value in listOf("\"GZIP\"", "null", "\"\"", "true")) {
                test("with $value") {
                    refused(HandmadeJwe(public, """{"alg":"RSA-OAEP-256","enc":"A256GCM","zip":$value}""").gcm())
                }
            }
        }

        context("a header is refused:") {
            val members =
                listOf(
                    """"crit":["exp"],"exp":1""",
                    """"crit":[]""",
                    """"crit":null""",
                    """"crit":"alg"""",
                    """"crit":["b64"],"b64":false""",
                    """"enc":"A128GCM"""",
                    """"alg":"RSA-OAEP-256"""",
                    """"alg":"RSA1_5"""",
                )
            for (member in members) {
                test("with $member beside \"alg\" and \"enc\"") {
                    refused(HandmadeJwe(public, """{"alg":"RSA-OAEP-256","enc":"A256GCM",$member}""").gcm())
                }
            }
        }
    })

private fun header(encryption: String) = """{"alg":"RSA-OAEP-256","enc":"$encryption"}"""

/** Milliseconds; what is refused for its header takes less than one. */
private const val BOUND = 5_000L
