package dev.openidclient.vectors

import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.gen.ECKeyGenerator
import dev.openidclient.error.DecryptionException
import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.DecryptionKey
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.X25519Encrypter
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonObject
import java.math.BigInteger
import java.security.PrivateKey
import java.security.interfaces.ECPrivateKey
import java.security.interfaces.ECPublicKey
import java.security.spec.ECFieldFp
import javax.crypto.KeyAgreement

/** The sender's key of ECDH-ES: everything in it comes from whoever made the JWE. */
class EphemeralKeySpec :
    FunSpec({
        for (curve in listOf(Curve.P_256, Curve.P_384, Curve.P_521)) {
            val recipient = ECKeyGenerator(curve).generate()
            val sender = ECKeyGenerator(curve).generate()
            val key = DecryptionKey.fromKeyPair(recipient.toKeyPair())
            val epk = TestKeys.publicJwk(sender)
            val size = (curve.toECParameterSpec().curve.field.fieldSize + 7) / 8
            val p = (curve.toECParameterSpec().curve.field as ECFieldFp).p
            val secret = agree(recipient.toECPrivateKey(), sender.toECPublicKey())
            val x = checkNotNull(Base64Url.decode(epk.member("x")))
            val zero = encoded(BigInteger.ZERO, size)

            context("the sender's key on $curve") {
                test("agrees with the recipient's") {
                    key.decrypt(ephemeralJwe(epk.toString(), secret)).decodeToString() shouldBe "a.b.c"
                }

                val broken =
                    mapOf(
                        "is no point of the curve (invalid-curve attack)" to
                            epk.withMembers(
                                "y" to encoded(BigInteger(1, Base64Url.decode(epk.member("y"))).flipBit(0), size),
                            ),
                        "is the point at infinity as (0, 0)" to epk.withMembers("x" to zero, "y" to zero),
                        "has the coordinates (1, 1)" to
                            epk.withMembers("x" to encoded(BigInteger.ONE, size), "y" to encoded(BigInteger.ONE, size)),
                        "has x of p" to epk.withMembers("x" to encoded(p, size)),
                        "has x of x + p" to epk.withMembers("x" to encoded(BigInteger(1, x) + p, size + 1)),
                        "has one zero more" to epk.withMembers("x" to Base64Url.encode(byteArrayOf(0) + x)),
                        "is cut short" to epk.withMembers("x" to Base64Url.encode(x.copyOf(size - 1))),
                        "has no x" to JsonObject(epk - "x"),
                        "has no y" to JsonObject(epk - "y"),
                        "has no curve" to JsonObject(epk - "crv"),
                        "has no type" to JsonObject(epk - "kty"),
                        "has a private part" to epk.withMembers("d" to encoded(sender.d.decodeToBigInteger(), size)),
                        "has a private part that is empty" to epk.withMembers("d" to ""),
                        "is of an unknown curve" to epk.withMembers("crv" to "P-999"),
                        "is of the type OKP" to epk.withMembers("kty" to "OKP"),
                        "is of the type RSA" to epk.withMembers("kty" to "RSA"),
                    )
                for ((name, value) in broken) {
                    test("may not be one that $name") {
                        refusesEphemeralKey { key.decrypt(ephemeralJwe(value.toString(), secret)) }
                    }
                }

                for (other in listOf(Curve.P_256, Curve.P_384, Curve.P_521) - curve) {
                    test("may not be on $other") {
                        val wrong = TestKeys.publicJwk(ECKeyGenerator(other).generate()).toString()
                        refusesEphemeralKey { key.decrypt(ephemeralJwe(wrong, secret)) }
                    }

                    test("may not say that it is on $other") {
                        val wrong = epk.withMembers("crv" to other.name).toString()
                        refusesEphemeralKey { key.decrypt(ephemeralJwe(wrong, secret)) }
                    }
                }

                test("may not be one that is not reduced") {
                    val (smallX, y) = pointOfSmallX(curve)
                    val notReduced = epk.withMembers("x" to encoded(smallX + p, size), "y" to encoded(y, size))
                    refusesEphemeralKey { key.decrypt(ephemeralJwe(notReduced.toString(), secret)) }
                }

                // RFC 7518 §6.2.1.2: the octet string is as long as the field is wide
                test("may not lose its leading zero") {
                    val short =
                        generateSequence { ECKeyGenerator(curve).generate() }
                            .first { it.x.decode()[0] == 0.toByte() }
                    val whole = TestKeys.publicJwk(short)
                    val agreed = agree(recipient.toECPrivateKey(), short.toECPublicKey())
                    val stripped = Base64Url.encode(short.x.decode().copyOfRange(1, size))

                    key.decrypt(ephemeralJwe(whole.toString(), agreed)).decodeToString() shouldBe "a.b.c"
                    refusesEphemeralKey {
                        key.decrypt(ephemeralJwe(whole.withMembers("x" to stripped).toString(), agreed))
                    }
                }

                for (value in listOf(null, "null", "[]", "\"\"", "1", "{}")) {
                    test("may not be $value") { refusesEphemeralKey { key.decrypt(ephemeralJwe(value, secret)) } }
                }
            }
        }

        context("the sender's key on X25519") {
            val recipient = X25519Encrypter.x25519()
            val key = DecryptionKey.fromKeyPair(recipient)
            val sender = X25519Encrypter.x25519()
            val x = sender.public.encoded.copyOfRange(12, 44)
            val secret =
                KeyAgreement.getInstance("X25519").run {
                    init(recipient.private)
                    doPhase(sender.public, true)
                    generateSecret()
                }

            fun epk(
                bytes: ByteArray,
                more: String = "",
            ) = """{"kty":"OKP","crv":"X25519","x":"${Base64Url.encode(bytes)}"$more}"""

            test("agrees with the recipient's") {
                key.decrypt(ephemeralJwe(epk(x), secret)).decodeToString() shouldBe "a.b.c"
            }

            val broken =
                mapOf(
                    "has a private part" to epk(x, ",\"d\":\"${Base64Url.encode(secretOf(sender.private))}\""),
                    "is one byte short" to epk(x.copyOf(31)),
                    "is one byte long" to epk(x + 0),
                    "is empty" to epk(ByteArray(0)),
                    "is zero" to epk(ByteArray(32)),
                    "is of the type EC" to epk(x).replace("OKP", "EC"),
                    "is on Ed25519" to epk(x).replace("X25519", "Ed25519"),
                    "is on X448" to epk(x).replace("X25519", "X448"),
                )
            for ((name, value) in broken) {
                test("may not be one that $name") { refusesEphemeralKey { key.decrypt(ephemeralJwe(value, secret)) } }
            }

            test("may not lead to a secret of zeros") {
                refusesEphemeralKey { key.decrypt(ephemeralJwe(epk(ByteArray(32)), ByteArray(32))) }
            }
        }

        test("the names of the parties are part of the key (RFC 7518 §4.6.2)") {
            val recipient = ECKeyGenerator(Curve.P_256).generate()
            val sender = ECKeyGenerator(Curve.P_256).generate()
            val jwe =
                ephemeralJwe(
                    TestKeys.publicJwk(sender).toString(),
                    agree(recipient.toECPrivateKey(), sender.toECPublicKey()),
                )
            val header = checkNotNull(Base64Url.decode(jwe.substringBefore('.'))).decodeToString()
            val renamed = header.dropLast(1) + ",\"apu\":\"QQ\"}"

            shouldThrowExactly<DecryptionException> {
                DecryptionKey.fromKeyPair(recipient.toKeyPair()).decrypt(withPart(jwe, 0, TestKeys.base64Url(renamed)))
            }
        }
    })

/** The 32 bytes at the end of PKCS#8 (RFC 8410 §7). */
private fun secretOf(key: PrivateKey): ByteArray = key.encoded.copyOfRange(16, 48)

private fun agree(
    private: ECPrivateKey,
    public: ECPublicKey,
): ByteArray =
    KeyAgreement.getInstance("ECDH").run {
        init(private)
        doPhase(public, true)
        generateSecret()
    }
