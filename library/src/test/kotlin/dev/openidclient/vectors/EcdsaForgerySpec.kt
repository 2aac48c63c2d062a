package dev.openidclient.vectors

import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.ECKey
import com.nimbusds.jose.jwk.gen.ECKeyGenerator
import dev.openidclient.error.OAuthException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.jose.Base64Url
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.math.BigInteger
import java.security.Signature
import java.security.spec.ECFieldFp

class EcdsaForgerySpec :
    FunSpec({
        for ((algorithm, curve) in mapOf("ES256" to Curve.P_256, "ES384" to Curve.P_384, "ES512" to Curve.P_521)) {
            val key = ECKeyGenerator(curve).generate()
            val jwk = TestKeys.publicJwk(key)
            val parameters = curve.toECParameterSpec()
            val size = (parameters.curve.field.fieldSize + 7) / 8
            val jws = TestKeys.signEc(jsonObject("{}"), algorithm, key)
            val signature = checkNotNull(Base64Url.decode(jws.substringAfterLast('.')))
            val r = BigInteger(1, signature.copyOf(size))
            val s = BigInteger(1, signature.copyOfRange(size, 2 * size))
            val n = parameters.order
            val p = (parameters.curve.field as ECFieldFp).p

            context("a signature of $algorithm is refused:") {
                val pairs =
                    mapOf(
                        "(0, 0)" to (BigInteger.ZERO to BigInteger.ZERO),
                        "r is 0" to (BigInteger.ZERO to s),
                        "s is 0" to (r to BigInteger.ZERO),
                        "(1, 1)" to (BigInteger.ONE to BigInteger.ONE),
                        "r is n" to (n to s),
                        "s is n" to (r to n),
                        "(n, n)" to (n to n),
                        "r is p" to (p to s),
                        "r is n - r" to (n - r to s),
                        "r and s change places" to (s to r),
                        "(n - 1, n - 1)" to (n - BigInteger.ONE to n - BigInteger.ONE),
                        "r is all ones" to (BigInteger.ONE.shiftLeft(8 * size) - BigInteger.ONE to s),
                        "s is all ones" to (r to BigInteger.ONE.shiftLeft(8 * size) - BigInteger.ONE),
                        "r is -r in two's complement" to (BigInteger.ONE.shiftLeft(8 * size) - r to s),
                        "s is -s in two's complement" to (r to BigInteger.ONE.shiftLeft(8 * size) - s),
                        "r is r + n" to (r + n to s),
                        "s is s + n" to (r to s + n),
                    ).filterValues { (one, other) -> maxOf(one, other).bitLength() <= 8 * size }
                for ((name, pair) in pairs) {
                    test(name) {
                        val forged = bytes(pair.first, size) + bytes(pair.second, size)
                        shouldThrowExactly<ValidationException> {
                            verify(
                                withPart(jws, 2, Base64Url.encode(forged)),
                                jwk,
                            )
                        }
                    }
                }

                val encodings =
                    mapOf(
                        "it is empty" to ByteArray(0),
                        "it has r only" to bytes(r, size),
                        "it is one byte short" to signature.copyOf(2 * size - 1),
                        "it is one byte long" to signature + 0,
                        "r has one zero more" to byteArrayOf(0) + signature,
                        "r and s have one zero more each" to bytes(r, size + 1) + bytes(s, size + 1),
                        "r and s have one byte less each" to
                            bytes(r, size).copyOf(size - 1) + bytes(s, size).copyOf(size - 1),
                        "it stands twice" to signature + signature,
                    )
                for ((name, forged) in encodings) {
                    test(name) {
                        shouldThrowExactly<ValidationException> {
                            verify(
                                withPart(jws, 2, Base64Url.encode(forged)),
                                jwk,
                            )
                        }
                    }
                }

                for (hash in listOf("SHA1", "SHA224", "SHA256", "SHA384", "SHA512") - algorithm.hash()) {
                    test("it is one of $hash") {
                        val forged = p1363(key, hash, jws.substringBeforeLast('.').encodeToByteArray())
                        shouldThrowExactly<ValidationException> {
                            verify(
                                withPart(jws, 2, Base64Url.encode(forged)),
                                jwk,
                            )
                        }
                    }
                }

                test("it is of another key on the same curve") {
                    val other = TestKeys.publicJwk(ECKeyGenerator(curve).generate())
                    shouldThrowExactly<ValidationException> { verify(jws, other) }
                }

                for (other in listOf(Curve.P_256, Curve.P_384, Curve.P_521) - curve) {
                    test("it is of a key on $other") {
                        shouldThrow<OAuthException> {
                            verify(jws, TestKeys.publicJwk(ECKeyGenerator(other).generate()))
                        }
                    }
                }
            }

            context("a key for $algorithm is refused:") {
                val zero = encoded(BigInteger.ZERO, size)
                val x = checkNotNull(Base64Url.decode(jwk.member("x")))
                val points =
                    mapOf(
                        "the point at infinity as (0, 0)" to jwk.withMembers("x" to zero, "y" to zero),
                        "x is 0" to jwk.withMembers("x" to zero),
                        "y is 0" to jwk.withMembers("y" to zero),
                        "x is p" to jwk.withMembers("x" to encoded(p, size)),
                        "y is p" to jwk.withMembers("y" to encoded(p, size)),
                        "x and y change places" to jwk.withMembers("x" to jwk.member("y"), "y" to jwk.member("x")),
                        "x differs by one bit" to jwk.withMembers("x" to encoded(BigInteger(1, x).flipBit(0), size)),
                        "x has one zero more" to jwk.withMembers("x" to Base64Url.encode(byteArrayOf(0) + x)),
                        "x is cut short" to jwk.withMembers("x" to Base64Url.encode(x.copyOf(size - 1))),
                        "x is x + p" to jwk.withMembers("x" to encoded(BigInteger(1, x) + p, size + 1)),
                        "it is on the twist" to jwk.withMembers("x" to encoded(twist(curve), size)),
                    )
                for ((name, broken) in points) {
                    test(name) { shouldThrowExactly<UnsupportedFeatureException> { verify(jws, broken) } }
                }

                test("x is not reduced, of a point that is on the curve") {
                    val (smallX, y) = pointOfSmallX(curve)
                    val notReduced = jwk.withMembers("x" to encoded(smallX + p, size), "y" to encoded(y, size))
                    val reduced = jwk.withMembers("x" to encoded(smallX, size), "y" to encoded(y, size))

                    shouldThrowExactly<ValidationException> { verify(jws, reduced) }
                    shouldThrowExactly<UnsupportedFeatureException> { verify(jws, notReduced) }
                }

                // RFC 7518 §6.2.1.2: the octet string is as long as the field is wide
                test("a coordinate has lost its leading zero") {
                    val short =
                        generateSequence { ECKeyGenerator(curve).generate() }.first {
                            it.x.decode()[0] ==
                                0.toByte()
                        }
                    val whole = TestKeys.publicJwk(short)
                    val signed = TestKeys.signEc(jsonObject("{}"), algorithm, short, emptyMap())
                    val stripped = Base64Url.encode(short.x.decode().copyOfRange(1, size))

                    shouldNotThrowAny { verify(signed, whole) }
                    shouldThrowExactly<UnsupportedFeatureException> {
                        verify(
                            signed,
                            whole.withMembers("x" to stripped),
                        )
                    }
                }
            }
        }
    })

private fun String.hash(): String = "SHA" + removePrefix("ES")

/** An x for which the curve has no point; its twist has. */
private fun twist(curve: Curve): BigInteger {
    val parameters = curve.toECParameterSpec().curve
    val p = (parameters.field as ECFieldFp).p
    return generateSequence(BigInteger.TWO) { it + BigInteger.ONE }.first { x ->
        val square = (x.pow(3) + parameters.a * x + parameters.b).mod(p)
        square.modPow((p - BigInteger.ONE).shiftRight(1), p) != BigInteger.ONE
    }
}

/** The point of the least x that is more than one. */
internal fun pointOfSmallX(curve: Curve): Pair<BigInteger, BigInteger> {
    val parameters = curve.toECParameterSpec().curve
    val p = (parameters.field as ECFieldFp).p
    return generateSequence(BigInteger.TWO) { it + BigInteger.ONE }
        .map { x -> x to (x.pow(3) + parameters.a * x + parameters.b).mod(p) }
        // p is 3 modulo 4 for the three curves
        .map { (x, square) -> Triple(x, square, square.modPow((p + BigInteger.ONE).shiftRight(2), p)) }
        .first { (_, square, root) -> root.pow(2).mod(p) == square }
        .let { (x, _, root) -> x to root }
}

private fun p1363(
    key: ECKey,
    hash: String,
    input: ByteArray,
): ByteArray =
    Signature.getInstance("${hash}withECDSAinP1363Format").run {
        initSign(key.toECPrivateKey())
        update(input)
        sign()
    }

internal fun bytes(
    number: BigInteger,
    size: Int,
): ByteArray {
    val bytes = number.toByteArray().dropWhile { it == 0.toByte() }.toByteArray()
    return ByteArray(size - bytes.size) + bytes
}

internal fun encoded(
    number: BigInteger,
    size: Int,
): String = Base64Url.encode(bytes(number, size))

internal fun JsonObject.member(name: String): String = (getValue(name) as JsonPrimitive).content

internal fun JsonObject.withMembers(vararg members: Pair<String, String>): JsonObject =
    JsonObject(this + members.map { (name, value) -> name to JsonPrimitive(value) })
