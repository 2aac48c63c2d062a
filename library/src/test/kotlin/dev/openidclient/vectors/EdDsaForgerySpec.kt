package dev.openidclient.vectors

import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.jose.Base64Url
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import java.math.BigInteger

// RFC 8032 §5.1
private val P = BigInteger.TWO.pow(255) - BigInteger("19")
private val L = BigInteger.TWO.pow(252) + BigInteger("27742317777372353535851937790883648493")

class EdDsaForgerySpec :
    FunSpec({
        val jwk = TestKeys.ed25519Jwk()
        val jws = TestKeys.signEd25519(jsonObject("{}"))
        val signature = checkNotNull(Base64Url.decode(jws.substringAfterLast('.')))
        val r = signature.copyOf(32)
        val s = number(signature.copyOfRange(32, 64))

        context("a signature of Ed25519 is refused:") {
            val forgeries =
                mapOf(
                    "it is empty" to ByteArray(0),
                    "it is zeros" to ByteArray(64),
                    "it is R only" to r,
                    "it is one byte short" to signature.copyOf(63),
                    "it is one byte long" to signature + 0,
                    "it stands twice" to signature + signature,
                    "S is 0" to r + ByteArray(32),
                    "S is S + L (malleability)" to r + littleEndian(s + L),
                    "S is S + 2L" to r + littleEndian(s + L + L),
                    "S is L" to r + littleEndian(L),
                    "S is L - S" to r + littleEndian(L - s),
                    "S is all ones" to r + ByteArray(32) { -1 },
                    "R is 0" to ByteArray(32) + signature.copyOfRange(32, 64),
                    "R is the identity" to littleEndian(BigInteger.ONE) + signature.copyOfRange(32, 64),
                    "R is no point" to littleEndian(BigInteger.TWO) + signature.copyOfRange(32, 64),
                    "R has the other sign" to
                        r.copyOf().also { it[31] = (it[31].toInt() xor 0x80).toByte() } + signature.copyOfRange(32, 64),
                    "R and S change places" to signature.copyOfRange(32, 64) + r,
                )
            for ((name, forged) in forgeries) {
                test(name) {
                    shouldThrowExactly<ValidationException> { verify(withPart(jws, 2, Base64Url.encode(forged)), jwk) }
                }
            }
        }

        // with such a key there are signatures that verify for each message: R the identity, S zero
        context("a key of small order is refused:") {
            val identity = littleEndian(BigInteger.ONE) + ByteArray(32)
            val eight = BigInteger("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7", 16)
            val points =
                mapOf(
                    "order 1" to BigInteger.ONE,
                    "order 2" to P - BigInteger.ONE,
                    "order 4" to BigInteger.ZERO,
                    "order 8" to eight,
                    "order 8, its negative" to P - eight,
                    "order 4, not reduced" to P,
                    "order 1, not reduced" to P + BigInteger.ONE,
                )
            for ((name, y) in points) {
                for (sign in listOf(0, 0x80)) {
                    test("$name, sign $sign") {
                        val x = littleEndian(y).also { it[31] = (it[31].toInt() or sign).toByte() }
                        val key = jwk.withMembers("x" to Base64Url.encode(x))
                        shouldThrowExactly<UnsupportedFeatureException> {
                            verify(withPart(jws, 2, Base64Url.encode(identity)), key)
                        }
                    }
                }
            }
        }

        context("a key of Ed25519 is refused:") {
            val x = checkNotNull(Base64Url.decode(jwk.member("x")))
            val keys =
                mapOf(
                    "one byte short" to x.copyOf(31),
                    "one byte long" to x + 0,
                    "no point of the curve" to littleEndian(BigInteger.TWO),
                    "not reduced" to ByteArray(32) { -1 },
                )
            for ((name, bytes) in keys) {
                test(name) {
                    shouldThrowExactly<UnsupportedFeatureException> {
                        verify(jws, jwk.withMembers("x" to Base64Url.encode(bytes)))
                    }
                }
            }

            for (curve in listOf("X25519", "Ed448", "P-256", "ed25519")) {
                test("it says that it is on $curve") {
                    shouldThrowExactly<UnsupportedFeatureException> { verify(jws, jwk.withMembers("crv" to curve)) }
                }
            }
        }
    })

private fun number(littleEndian: ByteArray) = BigInteger(1, littleEndian.reversedArray())

private fun littleEndian(number: BigInteger): ByteArray = bytes(number, 32).reversedArray()
