package dev.openidclient.vectors

import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.jose.Base64Url
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import java.math.BigInteger
import java.security.MessageDigest
import java.security.Signature
import java.security.spec.MGF1ParameterSpec
import java.security.spec.PSSParameterSpec

class RsaForgerySpec :
    FunSpec({
        val jwk = TestKeys.publicJwk(TestKeys.rsa)
        val private = TestKeys.rsa.toRSAPrivateKey()

        context("a signature of RS256 is refused:") {
            val jws = TestKeys.signRsa(jsonObject("{}"))
            val hash = MessageDigest.getInstance("SHA-256").digest(jws.substringBeforeLast('.').encodeToByteArray())

            /** The signature of a message that is padded as the forger likes it (RFC 8017 §9.2). */
            fun signed(padded: ByteArray): String {
                val signature = BigInteger(1, padded).modPow(private.privateExponent, private.modulus)
                return withPart(jws, 2, encoded(signature, 256))
            }

            test("not that which is padded as it must be") {
                shouldNotThrowAny { verify(signed(padded(SHA_256 + hash)), jwk) }
            }

            val garbage = ByteArray(40) { 0x5A }
            val forgeries =
                mapOf(
                    "the hash is of something else" to padded(SHA_256 + hash.reversedArray()),
                    "there is no DigestInfo" to padded(hash),
                    "the DigestInfo says SHA-1" to padded(SHA_1 + hash.copyOf(20)),
                    "the DigestInfo says SHA-512" to padded(hex(SHA_256.hex().replace("0201", "0203")) + hash),
                    "the hash is cut short" to padded(SHA_256 + hash.copyOf(31)),
                    "garbage follows the hash (Bleichenbacher 2006)" to
                        byteArrayOf(0, 1) + ByteArray(8) { -1 } + 0 + SHA_256 + hash + ByteArray(256 - 62) { 0x5A },
                    "garbage follows within the DigestInfo" to padded(SHA_256 + hash + garbage),
                    "garbage stands in the parameters" to
                        padded(
                            hex("3059300d0609608648016503040201") + byteArrayOf(4, 40) + garbage +
                                byteArrayOf(4, 32) + hash,
                        ),
                    "the length is BER in the long form" to padded(hex("308131") + SHA_256.drop(2) + hash),
                    "the length is indefinite" to padded(hex("3080") + SHA_256.drop(2) + hash + byteArrayOf(0, 0)),
                    "the hash is a BIT STRING" to padded(hex(SHA_256.hex().dropLast(4) + "0320") + hash),
                    "the block type is 0" to padded(SHA_256 + hash).also { it[1] = 0 },
                    "the block type is 2" to padded(SHA_256 + hash).also { it[1] = 2 },
                    "the first byte is not 0" to padded(SHA_256 + hash).also { it[0] = 1 },
                    "the padding has a byte that is no FF" to padded(SHA_256 + hash).also { it[100] = 0x7F },
                    "the padding does not end" to padded(SHA_256 + hash).also { it[256 - 52] = -1 },
                    "the padding ends too early" to padded(SHA_256 + hash).also { it[10] = 0 },
                    "there is nothing but padding" to byteArrayOf(0, 1) + ByteArray(254) { -1 },
                    "it is zero" to ByteArray(256),
                    "it is one" to ByteArray(255) + 1,
                )
            for ((name, padded) in forgeries) {
                test(name) { shouldThrowExactly<ValidationException> { verify(signed(padded), jwk) } }
            }

            val signature = checkNotNull(Base64Url.decode(jws.substringAfterLast('.')))
            val number = BigInteger(1, signature)
            val encodings =
                mapOf(
                    "it is empty" to ByteArray(0),
                    "it has one zero more" to byteArrayOf(0) + signature,
                    "it is one byte short" to signature.copyOf(255),
                    "it is one byte long" to signature + 0,
                    "it is s + n" to bytes(number + private.modulus, 257),
                    "it is n" to bytes(private.modulus, 256),
                    "it is n - s" to bytes(private.modulus - number, 256),
                )
            for ((name, forged) in encodings) {
                test(name) {
                    shouldThrowExactly<ValidationException> { verify(withPart(jws, 2, Base64Url.encode(forged)), jwk) }
                }
            }
        }

        context("a signature of PSS is refused:") {
            val hashes = mapOf("PS256" to "SHA-256", "PS384" to "SHA-384", "PS512" to "SHA-512")
            for ((algorithm, hash) in hashes) {
                val jws = TestKeys.signRsa(jsonObject("{}"), algorithm)
                val input = jws.substringBeforeLast('.').encodeToByteArray()
                val length = MessageDigest.getInstance(hash).digestLength

                fun signed(
                    mask: String = hash,
                    salt: Int = length,
                    digest: String = hash,
                ): String {
                    val signature =
                        Signature.getInstance("RSASSA-PSS").run {
                            setParameter(PSSParameterSpec(digest, "MGF1", MGF1ParameterSpec(mask), salt, 1))
                            initSign(private)
                            update(input)
                            sign()
                        }
                    return withPart(jws, 2, Base64Url.encode(signature))
                }

                test("$algorithm, not that with hash, mask and salt as they must be") {
                    shouldNotThrowAny { verify(signed(), jwk) }
                }

                for (salt in listOf(0, 1, 20, length - 1, length + 1, 256 - length - 2)) {
                    test("$algorithm with a salt of $salt bytes") {
                        shouldThrowExactly<ValidationException> { verify(signed(salt = salt), jwk) }
                    }
                }

                for (other in listOf("SHA-1") + hashes.values - hash) {
                    test("$algorithm with a mask of $other") {
                        shouldThrowExactly<ValidationException> { verify(signed(mask = other), jwk) }
                    }

                    test("$algorithm with a hash of $other") {
                        shouldThrowExactly<ValidationException> { verify(signed(digest = other, salt = 20), jwk) }
                    }
                }

                test("$algorithm whose trailer is another") {
                    val signature = BigInteger(1, checkNotNull(Base64Url.decode(jws.substringAfterLast('.'))))
                    val encoded = signature.modPow(PUBLIC_EXPONENT, private.modulus).xor(BigInteger("70"))
                    val forged = encoded.modPow(private.privateExponent, private.modulus)

                    shouldThrowExactly<ValidationException> { verify(withPart(jws, 2, encoded(forged, 256)), jwk) }
                }
            }
        }

        context("a key of RSA is refused:") {
            val jws = TestKeys.signRsa(jsonObject("{}"))
            val n = TestKeys.rsa.modulus.decodeToBigInteger()
            for (e in listOf(0L, 1, 2, 4, 65_536)) {
                test("its exponent is $e") {
                    val key = jwk.withMembers("e" to Base64Url.encode(BigInteger.valueOf(e).toByteArray()))
                    shouldThrowExactly<UnsupportedFeatureException> { verify(jws, key) }
                }
            }

            // with the exponent 1 a signature is the padded message itself
            test("its exponent is 1, and the signature fits that") {
                val hash = MessageDigest.getInstance("SHA-256").digest(jws.substringBeforeLast('.').encodeToByteArray())
                val key = jwk.withMembers("e" to "AQ")
                shouldThrowExactly<UnsupportedFeatureException> {
                    verify(withPart(jws, 2, Base64Url.encode(padded(SHA_256 + hash))), key)
                }
            }

            val moduli =
                mapOf(
                    "its modulus is even" to n.clearBit(0),
                    "its modulus is 0" to BigInteger.ZERO,
                    "its modulus has 1024 bits" to n.shiftRight(1024).setBit(0),
                )
            for ((name, modulus) in moduli) {
                test(name) {
                    val bytes = modulus.toByteArray().dropWhile { it == 0.toByte() }.toByteArray()
                    val key = jwk.withMembers("n" to Base64Url.encode(bytes.takeIf { it.isNotEmpty() } ?: ByteArray(1)))
                    shouldThrowExactly<UnsupportedFeatureException> { verify(jws, key) }
                }
            }

            test("its exponent is its modulus") {
                shouldThrowExactly<UnsupportedFeatureException> { verify(jws, jwk.withMembers("e" to jwk.member("n"))) }
            }
        }
    })

private val PUBLIC_EXPONENT = BigInteger.valueOf(65_537)

// RFC 8017 §9.2, note 1: DigestInfo up to the hash
private val SHA_256 = hex("3031300d060960864801650304020105000420")
private val SHA_1 = hex("3021300906052b0e03021a05000414")

/** EMSA-PKCS1-v1_5 of 256 bytes (RFC 8017 §9.2). */
private fun padded(content: ByteArray): ByteArray =
    byteArrayOf(0, 1) + ByteArray(256 - 3 - content.size) { -1 } + 0 + content

private fun ByteArray.hex(): String = joinToString("") { "%02x".format(it) }
