package dev.openidclient.jose

import dev.openidclient.testing.TestKeys
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.math.BigInteger
import java.security.KeyPair
import java.security.PrivateKey
import java.security.interfaces.ECPrivateKey
import java.security.interfaces.RSAKey
import java.security.interfaces.RSAPrivateKey

class PairwiseConsistencyOpaqueKeySpec :
    FunSpec({
        val rsa = TestKeys.rsa.toKeyPair()

        context("a private key of a remote service, which tells nothing of itself,") {
            val ec = ecKeyPair("secp256r1")
            val remote = Remote { throw UnsupportedOperationException() }

            test("is not used for it") {
                shouldNotThrowAny { SigningKey.fromKeyPair(KeyPair(rsa.public, remote), JwsAlgorithm.PS256) }
                shouldNotThrowAny { DecryptionKey.fromKeyPair(KeyPair(rsa.public, remote), "RSA-OAEP") }
                shouldNotThrowAny { SigningKey.fromKeyPair(KeyPair(ec.public, RemoteEc)) }
            }

            test("is taken with null for its modulus") {
                val keyPair = KeyPair(rsa.public, Remote { null })

                shouldNotThrowAny { SigningKey.fromKeyPair(keyPair, JwsAlgorithm.PS256) }
                shouldNotThrowAny { DecryptionKey.fromKeyPair(keyPair, "RSA-OAEP") }
            }

            test("is refused where it tells another modulus") {
                val mixed = KeyPair(rsa.public, Remote { TestKeys.otherRsa.toRSAPublicKey().modulus })

                refusal { SigningKey.fromKeyPair(mixed, JwsAlgorithm.PS256) }
                refusal { DecryptionKey.fromKeyPair(mixed, "RSA-OAEP") }
            }

            test("cannot decrypt without its curve") {
                shouldThrow<IllegalArgumentException> { DecryptionKey.fromKeyPair(KeyPair(ec.public, RemoteEc)) }
                    .message shouldContain "must be on P-256"
            }

            test("is not used either where it encodes its public half") {
                val public = Remote(rsa.public.encoded) { TestKeys.rsa.toRSAPublicKey().modulus }

                shouldNotThrowAny { SigningKey.fromKeyPair(KeyPair(rsa.public, public), JwsAlgorithm.PS256) }
            }
        }

        context("a private key that is in a token") {
            var used = 0
            val token = Token(rsa.private as RSAPrivateKey) { used++ }

            test("is not used for it, and signs nothing") {
                shouldNotThrowAny { SigningKey.fromKeyPair(KeyPair(rsa.public, token), JwsAlgorithm.PS256) }
                shouldNotThrowAny { DecryptionKey.fromKeyPair(KeyPair(rsa.public, token), "RSA-OAEP") }
                used shouldBe 0
            }

            test("is refused where its modulus is another") {
                val mixed = KeyPair(TestKeys.otherRsa.toPublicKey(), token)

                refusal { SigningKey.fromKeyPair(mixed, JwsAlgorithm.PS256) }
                refusal { DecryptionKey.fromKeyPair(mixed, "RSA-OAEP") }
            }
        }
    })

/** A key that tells its modulus and no more, as those of PKCS#11 do. */
private class Token(
    private val key: RSAPrivateKey,
    private val onUse: () -> Unit,
) : PrivateKey,
    RSAKey {
    override fun getModulus() = key.modulus

    override fun getAlgorithm() = "RSA"

    override fun getFormat(): String? = null

    override fun getEncoded(): ByteArray? {
        onUse()
        return null
    }
}

/** An RSA key as those of a key management service; it does nothing that the JCA asks of it. */
private class Remote(
    private val encoding: ByteArray? = null,
    private val modulus: () -> BigInteger?,
) : PrivateKey,
    RSAPrivateKey {
    override fun getModulus() = modulus()

    override fun getPrivateExponent() = throw UnsupportedOperationException()

    override fun getAlgorithm() = "RSA"

    override fun getFormat() = "X.509"

    override fun getEncoded() = encoding ?: throw UnsupportedOperationException()
}

/** The same of EC, which names the format of a key that it does not give away. */
private object RemoteEc : PrivateKey, ECPrivateKey {
    @Suppress("unused") // Serializable asks for it
    private fun readResolve(): Any = RemoteEc

    override fun getS() = throw UnsupportedOperationException()

    override fun getParams() = throw UnsupportedOperationException()

    override fun getAlgorithm() = "EC"

    override fun getFormat() = "PKCS#8"

    override fun getEncoded() = throw UnsupportedOperationException()
}
