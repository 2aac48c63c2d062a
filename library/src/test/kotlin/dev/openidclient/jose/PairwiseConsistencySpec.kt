package dev.openidclient.jose

import com.nimbusds.jose.JOSEException
import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.gen.ECKeyGenerator
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.testing.DelegatingEcdsa
import dev.openidclient.testing.EcdsaProvider
import dev.openidclient.testing.Providers
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.X25519Encrypter
import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.math.BigInteger
import java.security.InvalidKeyException
import java.security.KeyPair
import java.security.PrivateKey
import java.security.ProviderException
import java.security.SignatureException
import java.security.interfaces.ECPrivateKey
import java.security.interfaces.RSAPrivateCrtKey
import java.security.spec.ECPrivateKeySpec
import java.security.spec.RSAPrivateKeySpec
import java.security.spec.RSAPublicKeySpec
import java.security.spec.X509EncodedKeySpec

private const val MESSAGE = "the private key and the public key do not belong together"

class PairwiseConsistencySpec :
    FunSpec({
        val rsa = TestKeys.rsa.toKeyPair()
        val available = JwsAlgorithm.entries.filter { it.keyType != "AKP" || Jca.hasKeyFactory(it.identifier) }

        context("a signing key is refused whose halves do not belong together:") {
            for (algorithm in available) {
                test("a key pair of ${algorithm.identifier}") {
                    val mixed = KeyPair(generateKeyPair(algorithm).public, generateKeyPair(algorithm).private)

                    refusal { SigningKey.fromKeyPair(mixed, algorithm) }
                }
            }

            val jwks =
                mapOf(
                    "EC" to List(2) { jsonObject(ECKeyGenerator(Curve.P_256).generate().toJSONString()) },
                    "OKP" to List(2) { okp("Ed25519", generateKeyPair(JwsAlgorithm.ED25519)) },
                    "RSA" to listOf(TestKeys.rsa, TestKeys.otherRsa).map { jsonObject(it.toJSONString()) },
                )
            for ((type, pair) in jwks) {
                test("a JWK of $type with the \"d\" of another") {
                    val mixed = JsonObject(pair[0] + ("d" to pair[1].getValue("d")))

                    val thrown = refusal { SigningKey.fromJwk(mixed, algorithm(type)) }
                    for (member in listOf("d", "x", "n").mapNotNull(mixed::get)) {
                        thrown.stackTraceToString() shouldNotContain member.toString().trim('"')
                    }
                }
            }

            for (member in listOf("p", "q", "dp", "dq", "qi", "n")) {
                test("a JWK of RSA with the \"$member\" of another") {
                    val (one, other) = jwks.getValue("RSA")
                    val mixed = JsonObject(one + (member to other.getValue(member)))

                    refusal { SigningKey.fromJwk(mixed, JwsAlgorithm.RS256) }
                    refusal { DecryptionKey.fromJwk(mixed, "RSA-OAEP") }
                }
            }

            test("a JWK of RSA with the \"e\" of another") {
                val mixed = JsonObject(jwks.getValue("RSA")[0] + ("e" to JsonPrimitive("Aw")))

                refusal { SigningKey.fromJwk(mixed, JwsAlgorithm.RS256) }
                refusal { DecryptionKey.fromJwk(mixed, "RSA-OAEP") }
            }

            test("a key pair of RSA with another \"e\" in its public half") {
                val public = RSAPublicKeySpec(TestKeys.rsa.toRSAPublicKey().modulus, BigInteger.valueOf(3))
                val mixed = KeyPair(Jca.keyFactory("RSA").generatePublic(public), rsa.private)

                refusal { SigningKey.fromKeyPair(mixed, JwsAlgorithm.RS256) }
                refusal { DecryptionKey.fromKeyPair(mixed, "RSA-OAEP") }
            }

            test("a key pair of P-256 with the private key of P-521") {
                refusal {
                    SigningKey.fromKeyPair(KeyPair(ecKeyPair("secp256r1").public, ecKeyPair("secp521r1").private))
                }
            }

            for (number in listOf("AA", "AQ")) {
                test("a JWK of EC with the \"d\" $number") {
                    val mixed = JsonObject(jwks.getValue("EC")[0] + ("d" to JsonPrimitive(number)))

                    refusal { SigningKey.fromJwk(mixed) }
                    refusal { DecryptionKey.fromJwk(mixed) }
                }
            }
        }

        context("a decryption key is refused whose halves do not belong together:") {
            val pairs =
                mapOf(
                    "RSA" to (rsa to TestKeys.otherRsa.toKeyPair()),
                    "P-256" to (ecKeyPair("secp256r1") to ecKeyPair("secp256r1")),
                    "P-521" to (ecKeyPair("secp521r1") to ecKeyPair("secp521r1")),
                    "P-384 and P-256" to (ecKeyPair("secp384r1") to ecKeyPair("secp256r1")),
                    "X25519" to (X25519Encrypter.x25519() to X25519Encrypter.x25519()),
                )
            for ((name, value) in pairs) {
                val (one, other) = value
                val algorithm = if (name == "RSA") "RSA-OAEP-256" else null

                test("a key pair of $name") {
                    refusal { DecryptionKey.fromKeyPair(KeyPair(other.public, one.private), algorithm) }
                    shouldNotThrowAny { DecryptionKey.fromKeyPair(one, algorithm) }
                }
            }

            test("a key pair of P-256 and RSA") {
                refusal { DecryptionKey.fromKeyPair(KeyPair(rsa.public, ecKeyPair("secp256r1").private)) }
                refusal { DecryptionKey.fromKeyPair(KeyPair(ecKeyPair("secp256r1").public, rsa.private), "RSA-OAEP") }
            }

            test("a JWK of X25519 with the \"d\" of another") {
                val (one, other) = List(2) { okp("X25519", X25519Encrypter.x25519()) }

                refusal { DecryptionKey.fromJwk(JsonObject(one + ("d" to other.getValue("d")))) }
            }
        }

        context("an RSA key whose numbers are no key's is refused:") {
            val key = rsa.private as RSAPrivateCrtKey

            test("one of its primes is 1") {
                for (swapped in listOf(false, true)) {
                    val one = Numbers(key, p = if (swapped) key.modulus else BigInteger.ONE)
                    refusal { SigningKey.fromKeyPair(KeyPair(rsa.public, one), JwsAlgorithm.RS256) }
                }
            }

            test("one of its primes is 1, and the other fits to all that is said of it") {
                val order = key.modulus - BigInteger.ONE
                val odd = generateSequence(BigInteger.valueOf(3)) { it + BigInteger.TWO }
                val exponent = odd.first { it.gcd(order) == BigInteger.ONE }
                val inverse = exponent.modInverse(order)
                val public = Jca.keyFactory("RSA").generatePublic(RSAPublicKeySpec(key.modulus, exponent))
                val numbers =
                    object : RSAPrivateCrtKey by Numbers(key, p = key.modulus, exponent = exponent) {
                        override fun getPrivateExponent() = inverse

                        override fun getPrimeExponentP() = inverse

                        override fun getPrimeExponentQ() = BigInteger.ZERO

                        override fun getCrtCoefficient() = BigInteger.ONE
                    }

                refusal { SigningKey.fromKeyPair(KeyPair(public, numbers), JwsAlgorithm.RS256) }
            }

            test("the public exponents of its halves differ, each of which belongs to the private one") {
                val other = key.publicExponent + (key.primeP - BigInteger.ONE) * (key.primeQ - BigInteger.ONE)
                val numbers = Numbers(key, exponent = other)

                refusal { SigningKey.fromKeyPair(KeyPair(rsa.public, numbers), JwsAlgorithm.RS256) }
                shouldNotThrowAny { SigningKey.fromKeyPair(KeyPair(rsa.public, Numbers(key)), JwsAlgorithm.RS256) }
            }
        }

        test("an EC key whose number is the order or more is refused, even by a provider that would take it") {
            val ec = TestKeys.ec.toKeyPair()
            val private = ec.private as ECPrivateKey
            val large = LargeNumber(private)
            CryptoProvider.use(EcdsaProvider { DelegatingEcdsa(key = { if (it is LargeNumber) private else it }) })
            try {
                refusal { SigningKey.fromKeyPair(KeyPair(ec.public, large)) }
            } finally {
                Providers.useThatOfTheBuild()
            }
        }

        context("an RSA key without primes") {
            val private = rsa.private as RSAPrivateCrtKey
            val d = private.privateExponent

            test("is taken where its exponents belong together") {
                val keyPair = KeyPair(rsa.public, withoutPrimes(private.modulus, d))

                shouldNotThrowAny { SigningKey.fromKeyPair(keyPair, JwsAlgorithm.PS256) }
                shouldNotThrowAny { DecryptionKey.fromKeyPair(keyPair, "RSA-OAEP") }
            }

            test("is refused where they do not") {
                val keyPair = KeyPair(rsa.public, withoutPrimes(private.modulus, d - BigInteger.TWO))

                refusal { SigningKey.fromKeyPair(keyPair, JwsAlgorithm.PS256) }
                refusal { DecryptionKey.fromKeyPair(keyPair, "RSA-OAEP") }
            }
        }

        context("a key that decrypts is not used to sign:") {
            test("one of RSA is not used at all") {
                val private = OtherName(rsa.private as RSAPrivateCrtKey)

                shouldNotThrowAny { DecryptionKey.fromKeyPair(KeyPair(rsa.public, private), "RSA-OAEP") }
            }

            test("one of EC agrees on a secret, as its negative does, which signs for another public key") {
                val keyPair = ecKeyPair("secp256r1")
                val private = keyPair.private as ECPrivateKey
                val spec = ECPrivateKeySpec(private.params.order - private.s, private.params)
                val negative = KeyPair(keyPair.public, Jca.keyFactory("EC").generatePrivate(spec))

                shouldNotThrowAny { DecryptionKey.fromKeyPair(negative) }
                refusal { SigningKey.fromKeyPair(negative) }
            }
        }

        context("an operation that fails") {
            fun ofSigning(failure: Exception) =
                PairwiseConsistency.ofSigning(TestKeys.ed25519, { _, _ -> true }, { throw failure })

            for (failure in listOf(InvalidKeyException("m"), ProviderException("m"))) {
                test("with ${failure.javaClass.simpleName} is not supported, and keeps it as its cause") {
                    val thrown = shouldThrow<UnsupportedFeatureException> { ofSigning(failure) }

                    thrown.message shouldBe "the key cannot be used: ${failure.javaClass.name}"
                    thrown.cause shouldBe failure
                }
            }

            test("as not supported stays so") {
                val failure = UnsupportedFeatureException("m", JOSEException("n"))

                shouldThrow<UnsupportedFeatureException> { ofSigning(failure) } shouldBe failure
            }

            val failures =
                listOf(
                    SignatureException("m"),
                    ProviderException(SignatureException("m")),
                    UnsupportedFeatureException("m", JOSEException("n", SignatureException("o"))),
                )
            for (failure in failures) {
                test("with SignatureException in ${failure.javaClass.simpleName} shows that the halves differ") {
                    refusal { ofSigning(failure) }.cause shouldBe failure
                }
            }

            test("when a key agrees on a secret is not supported, and keeps its cause") {
                // RFC 7748 §6.1: a point of small order
                val encoded = X509EncodedKeySpec(X25519_PREFIX + ByteArray(CURVE_25519_SIZE))
                val public = Jca.keyFactory("X25519").generatePublic(encoded)
                val keyPair = KeyPair(public, X25519Encrypter.x25519().private)

                val thrown = shouldThrow<UnsupportedFeatureException> { DecryptionKey.fromKeyPair(keyPair) }
                thrown.message shouldBe "the key cannot be used: java.security.InvalidKeyException"
                thrown.cause.shouldBeInstanceOf<InvalidKeyException>()
            }
        }

        test("a decryption key may come without its public half") {
            shouldNotThrowAny { DecryptionKey.fromKeyPair(KeyPair(null, rsa.private), "RSA-OAEP") }
        }
    })

/** An RSA key that tells its numbers, and that no provider takes. */
private class OtherName(
    private val key: RSAPrivateCrtKey,
) : RSAPrivateCrtKey by key {
    override fun getAlgorithm() = "RSA for decryption"
}

private fun withoutPrimes(
    modulus: BigInteger,
    exponent: BigInteger,
): PrivateKey = Jca.keyFactory("RSA").generatePrivate(RSAPrivateKeySpec(modulus, exponent))

/** The refusal of a pair whose halves do not belong together. */
internal fun refusal(make: () -> Unit): IllegalArgumentException =
    shouldThrow<IllegalArgumentException> { make() }.also { it.message shouldBe MESSAGE }

private fun algorithm(type: String): JwsAlgorithm? = JwsAlgorithm.RS256.takeIf { type == "RSA" }

private fun okp(
    curve: String,
    keyPair: KeyPair,
): JsonObject {
    val x = TestKeys.base64Url(keyPair.public.encoded.copyOfRange(12, 44))
    val d = TestKeys.base64Url(keyPair.private.encoded.copyOfRange(16, 48))
    return jsonObject("""{"kty":"OKP","crv":"$curve","x":"$x","d":"$d"}""")
}

/** The numbers of [key], but for those that are named. */
private class Numbers(
    private val key: RSAPrivateCrtKey,
    private val p: BigInteger = key.primeP,
    private val exponent: BigInteger = key.publicExponent,
) : RSAPrivateCrtKey by key {
    override fun getPrimeP() = p

    override fun getPrimeQ(): BigInteger = key.modulus / p

    override fun getPublicExponent() = exponent
}

/** The same key, modulo the order. */
private class LargeNumber(
    private val key: ECPrivateKey,
) : ECPrivateKey by key {
    override fun getS(): BigInteger = key.s + key.params.order
}
