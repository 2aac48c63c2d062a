package dev.openidclient.jose

import dev.openidclient.testing.DelegatingEcdsa
import dev.openidclient.testing.EcdsaProvider
import dev.openidclient.testing.Providers
import dev.openidclient.testing.RecordingProvider
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.jwe
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import java.math.BigInteger
import java.security.InvalidKeyException
import java.security.Key
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.PrivateKey
import java.security.Provider
import java.security.ProviderException
import java.security.Security
import java.security.SignatureException
import java.security.SignatureSpi
import java.security.interfaces.ECKey
import java.security.interfaces.ECPrivateKey
import java.security.spec.RSAKeyGenParameterSpec

class CryptoProviderSpec :
    FunSpec({
        val input = "a.b".encodeToByteArray()

        afterEach { Providers.useThatOfTheBuild() }

        fun recording(has: (String) -> Boolean = { true }) =
            RecordingProvider(Providers.conscrypt, has).also(CryptoProvider::use)

        fun ecdsa(spi: () -> SignatureSpi) = EcdsaProvider(spi).also(CryptoProvider::use)

        suspend fun verifiesOwn(key: SigningKey) = key.publicJwk.verifier(key.algorithm).verify(input, key.sign(input))

        context("the name") {
            test("is that of the provider in use, with its version") {
                CryptoProvider.use(Providers.conscrypt)
                CryptoProvider.name shouldBe "Conscrypt version 1.0"
            }

            test("is the JDK's where that computes") {
                CryptoProvider.use(Providers.conscrypt)
                CryptoProvider.useJdk()
                CryptoProvider.name shouldBe "JDK version ${System.getProperty("java.version")}"
            }

            test("is that of the first provider on the class path where nothing is chosen") {
                CryptoProvider.useJdk()
                CryptoProvider.useAutomatic()
                CryptoProvider.name shouldStartWith "AmazonCorrettoCryptoProvider version 2."
            }
        }

        context("the chosen provider") {
            val signing =
                mapOf(
                    JwsAlgorithm.RS256 to listOf("KeyPairGenerator.RSA", "Signature.SHA256withRSA"),
                    JwsAlgorithm.PS384 to listOf("KeyPairGenerator.RSA", "Signature.SHA384withRSA/PSS"),
                    JwsAlgorithm.ES512 to listOf("KeyPairGenerator.EC", "Signature.SHA512withECDSA"),
                    JwsAlgorithm.ED25519 to listOf("KeyPairGenerator.Ed25519", "Signature.Ed25519"),
                )
            for ((algorithm, services) in signing) {
                test("makes a key of ${algorithm.identifier}, signs and verifies") {
                    val provider = recording()

                    verifiesOwn(SigningKey.generate(algorithm)) shouldBe true
                    provider.asked shouldContainAll services
                }
            }

            test("makes digests and HMAC") {
                val provider = recording()
                val hmac = Jca.hmacSha256(input, input)

                CryptoProvider.useJdk()
                hmac shouldBe Jca.hmacSha256(input, input)
                CryptoProvider.use(provider)
                Jca.digest("SHA-256").provider shouldBe Providers.conscrypt
                provider.asked shouldContainAll listOf("Mac.HmacSHA256", "MessageDigest.SHA-256")
            }

            test("agrees on keys and decrypts the content") {
                val provider = recording()
                val key = DecryptionKey.fromKeyPair(TestKeys.ec.toKeyPair())

                key.decrypt(jwe(TestKeys.ec.toECPublicKey(), "ECDH-ES", "A128GCM")) shouldBe "a.b.c".encodeToByteArray()
                provider.asked shouldContainAll listOf("KeyAgreement.ECDH", "Cipher.AES/GCM/NoPadding")
            }

            test("unwraps keys") {
                val provider = recording()
                val key = DecryptionKey.fromKeyPair(TestKeys.rsa.toKeyPair(), "RSA-OAEP-256")

                key.decrypt(jwe(TestKeys.rsa.toRSAPublicKey(), "RSA-OAEP-256", "A128CBC-HS256")) shouldBe
                    "a.b.c".encodeToByteArray()
                provider.asked shouldContainAll listOf("Cipher.RSA/ECB/OAEPPadding", "Cipher.AES/CBC/PKCS5Padding")
            }

            test("is not registered") {
                val before = Security.getProviders().toList()
                recording()
                verifiesOwn(SigningKey.generate()) shouldBe true
                CryptoProvider.useAutomatic()
                verifiesOwn(SigningKey.generate()) shouldBe true

                Security.getProviders().toList() shouldBe before
            }

            test("must have an algorithm to sign with") {
                val empty = object : Provider("Empty", "1", "") {}
                CryptoProvider.useJdk()

                shouldThrow<IllegalArgumentException> { CryptoProvider.use(empty) }.message shouldContain "Empty"
                CryptoProvider.name shouldStartWith "JDK"
            }

            test("chosen twice is asked once for what it lacks") {
                val provider = recording { it != "Signature.SHA256withRSA" }
                repeat(2) {
                    CryptoProvider.use(provider)
                    verifiesOwn(SigningKey.fromKeyPair(TestKeys.rsa.toKeyPair(), JwsAlgorithm.RS256)) shouldBe true
                }

                provider.asked.count { it == "Signature.SHA256withRSA" } shouldBe 1
            }
        }

        test("a key goes on with the provider that it was imported with") {
            val signature = SigningKey.fromKeyPair(TestKeys.ec.toKeyPair()).sign(input)
            var answer = true
            ecdsa { DelegatingEcdsa(answer = { answer }) }
            val imported = Jwk(TestKeys.publicJwk(TestKeys.ec)).verifier(JwsAlgorithm.ES256)
            CryptoProvider.useJdk()

            imported.verify(input, signature) shouldBe true
            answer = false
            imported.verify(input, signature) shouldBe false
            Jwk(TestKeys.publicJwk(TestKeys.ec)).verifier(JwsAlgorithm.ES256).verify(input, signature) shouldBe true
        }

        context("the JDK does") {
            test("what the provider lacks") {
                recording { it == "Signature.SHA256withECDSA" }
                for (algorithm in listOf(JwsAlgorithm.PS256, JwsAlgorithm.ED25519, JwsAlgorithm.ES384)) {
                    verifiesOwn(SigningKey.generate(algorithm)) shouldBe true
                }
                Jca.digest("SHA-256").provider.name shouldBe "SUN"
            }

            test("what the provider refuses a key for") {
                ecdsa { DelegatingEcdsa(key = { throw InvalidKeyException("not mine") }) }
                verifiesOwn(SigningKey.fromKeyPair(TestKeys.ec.toKeyPair())) shouldBe true
            }

            test("what the provider fails at for a key, whatever it throws") {
                ecdsa { DelegatingEcdsa(key = { throw IllegalStateException("no such key") }) }
                verifiesOwn(SigningKey.fromKeyPair(TestKeys.ec.toKeyPair())) shouldBe true
            }
        }

        for (provider in listOf(Providers.corretto, Providers.conscrypt)) {
            // native libraries take exponents of 33 bits at the most
            test("an RSA key with a long exponent is used by the JDK, and not by ${provider.name}") {
                val size = RSAKeyGenParameterSpec(2048, BigInteger("1099511627791"))
                val pair = KeyPairGenerator.getInstance("RSA").apply { initialize(size) }.generateKeyPair()
                CryptoProvider.use(provider)

                verifiesOwn(SigningKey.fromKeyPair(pair, JwsAlgorithm.RS256)) shouldBe true
            }

            for (private in listOf(InToken(), TypedInToken())) {
                val kind = private::class.simpleName
                test(
                    "a key in a token ($kind) is with the provider that the JDK finds, and not with ${provider.name}",
                ) {
                    val key = TestKeys.ec.toKeyPair()
                    val token = EcdsaProvider { DelegatingEcdsa(key = { inToken(it, key.private) }) }
                    CryptoProvider.use(provider)
                    try {
                        Security.insertProviderAt(token, 1)
                        val signing = SigningKey.fromKeyPair(KeyPair(key.public, private))
                        verifiesOwn(signing) shouldBe true
                        val made = token.made
                        repeat(3) { verifiesOwn(signing) shouldBe true }
                        // an object with a session of the token is never kept
                        token.made shouldBe made + 3
                    } finally {
                        Security.removeProvider(token.name)
                    }
                }
            }
        }

        test("a key in a token of a provider that is chosen, and not registered, is with that") {
            val key = TestKeys.ec.toKeyPair()
            CryptoProvider.use(EcdsaProvider { DelegatingEcdsa(key = { inToken(it, key.private) }) })

            val signing = SigningKey.fromKeyPair(KeyPair(key.public, InToken()))

            CryptoProvider.useJdk()
            verifiesOwn(signing) shouldBe true
        }

        for (failure in listOf(SecurityException(), ProviderException(), UnsatisfiedLinkError())) {
            test("an algorithm that the provider names, and cannot make for a ${failure::class.simpleName}, it lacks") {
                CryptoProvider.use(EcdsaProvider { throw failure })

                verifiesOwn(SigningKey.generate()) shouldBe true
            }
        }

        context("what the provider says of a signature is final:") {
            val key = SigningKey.fromKeyPair(TestKeys.ec.toKeyPair())
            val answers =
                mapOf<String, (Boolean) -> Boolean>(
                    "no" to { false },
                    "a SignatureException" to { throw SignatureException() },
                    "an error of its own" to { throw IllegalStateException() },
                )
            for ((name, answer) in answers) {
                test(name) {
                    val signature = key.sign(input)
                    ecdsa { DelegatingEcdsa(answer = answer) }
                    val verifier = JwsVerifier.of(Jwk(TestKeys.publicJwk(TestKeys.ec)), JwsAlgorithm.ES256)

                    verifier.verify(input, signature) shouldBe false
                }
            }
        }

        test("an object is used again, but not after a failure") {
            val signature = SigningKey.fromKeyPair(TestKeys.ec.toKeyPair()).sign(input)
            val provider = ecdsa { DelegatingEcdsa() }
            val verifier = JwsVerifier.of(Jwk(TestKeys.publicJwk(TestKeys.ec)), JwsAlgorithm.ES256)
            val made = provider.made

            repeat(3) { verifier.verify(input, signature) shouldBe true }
            provider.made shouldBe made
            verifier.verify("a.c".encodeToByteArray(), signature) shouldBe false
            verifier.verify(input, signature) shouldBe true
            provider.made shouldBe made + 1
        }
    })

private fun inToken(
    key: Key,
    private: PrivateKey,
): Key = if (key is InToken) private else throw InvalidKeyException("not in the token")

/** Tells its curve and no more, as a key of PKCS#11 does. */
private open class InToken :
    PrivateKey,
    ECKey {
    override fun getParams() = TestKeys.ec.toECPublicKey().params

    override fun getAlgorithm() = "EC"

    override fun getFormat(): String? = null

    override fun getEncoded(): ByteArray? = null
}

/** Has the type of a key that tells its number, and does not, as those of some tokens. */
private class TypedInToken :
    InToken(),
    ECPrivateKey {
    override fun getS(): BigInteger? = null
}
