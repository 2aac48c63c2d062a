package dev.openidclient.jose

import dev.openidclient.testing.DelegatingEcdsa
import dev.openidclient.testing.EcdsaProvider
import dev.openidclient.testing.Providers
import dev.openidclient.testing.RecordingProvider
import dev.openidclient.testing.TestKeys
import io.kotest.assertions.throwables.shouldThrowAny
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs
import java.security.InvalidKeyException
import java.security.Key
import java.security.KeyFactorySpi
import java.security.KeyPair
import java.security.PrivateKey
import java.security.Provider
import java.security.PublicKey
import java.security.Security
import java.security.Signature
import java.security.SignatureSpi
import java.security.interfaces.RSAKey
import java.security.spec.AlgorithmParameterSpec
import java.security.spec.KeySpec

class KeyedSignatureSpec :
    FunSpec({
        val rsa = TestKeys.rsa.toKeyPair()
        val ec = TestKeys.ec.toKeyPair()

        afterEach { Providers.useThatOfTheBuild() }

        test("an object that one has taken nobody else gets: it holds what that one signs") {
            val objects = KeyedSignature(JwsAlgorithm.ES256, ec.public, Signature::initVerify)
            val kept = objects.take().also(objects::keep)

            objects.take() shouldBeSameInstanceAs kept
            objects.take() shouldNotBeSameInstanceAs kept
        }

        test("a key of PSS in a token is with the registered provider that knows it, though another is before that") {
            val token = PssProvider(rsa.private)
            Security.addProvider(token)
            try {
                val key = SigningKey.fromKeyPair(KeyPair(rsa.public, TokenKey), JwsAlgorithm.PS256)

                key.publicJwk.verifier(JwsAlgorithm.PS256).verify(ByteArray(3), key.sign(ByteArray(3))) shouldBe true
            } finally {
                Security.removeProvider(token.name)
            }
        }

        test("a provider is never given a key of ML-DSA") {
            val provider = RecordingProvider(Providers.conscrypt)
            CryptoProvider.use(provider)
            val objects = KeyedSignature(JwsAlgorithm.ML_DSA_44, ec.private, Signature::initSign)
            provider.asked.clear()

            shouldThrowAny { objects.take() }
            provider.asked.filter { it.startsWith("Signature.") }.shouldBeEmpty()
        }

        test("a provider that refuses a key is not asked for it again") {
            val algorithms = JcaAlgorithms(EcdsaProvider { DelegatingEcdsa() })
            val provided = ProvidedKey(algorithms, ec.private, "EC")
            var asked = 0
            repeat(3) {
                provided
                    .with<Any> {
                        asked++
                        throw InvalidKeyException("not mine")
                    }.shouldBeNull()
            }

            asked shouldBe 1
        }

        val refusals =
            listOf(InvalidKeyException("m"), IllegalStateException("m"), UnsupportedOperationException("m"))
        for (refusal in refusals) {
            test("a key factory that fails with ${refusal::class.simpleName} leaves the key as it is") {
                CryptoProvider.use(BrokenFactory { throw refusal })
                val key = SigningKey.fromKeyPair(ec)

                key.publicJwk.verifier(key.algorithm).verify(ByteArray(3), key.sign(ByteArray(3))) shouldBe true
            }
        }
    })

/** A key that only [PssProvider] knows. */
private object TokenKey : PrivateKey, RSAKey {
    @Suppress("unused") // Serializable asks for it
    private fun readResolve(): Any = TokenKey

    override fun getModulus() = TestKeys.rsa.toRSAPublicKey().modulus

    override fun getAlgorithm() = "RSA"

    override fun getFormat(): String? = null

    override fun getEncoded(): ByteArray? = null
}

/** Has RSASSA-PSS and no more, for [TokenKey], which stands for [key]. */
private class PssProvider(
    private val key: PrivateKey,
) : Provider("Token", "1", "") {
    init {
        putService(
            object : Service(this, "Signature", "RSASSA-PSS", SignatureSpi::class.java.name, null, null) {
                override fun newInstance(constructorParameter: Any?): Any = TokenPss(key)
            },
        )
    }
}

private class TokenPss(
    private val key: PrivateKey,
) : SignatureSpi() {
    private val delegate = Signature.getInstance("RSASSA-PSS", "SunRsaSign")

    override fun engineInitVerify(publicKey: PublicKey): Unit = throw InvalidKeyException("not in the token")

    override fun engineInitSign(privateKey: PrivateKey) {
        if (privateKey !== TokenKey) throw InvalidKeyException("not in the token")
        delegate.initSign(key)
    }

    override fun engineSetParameter(params: AlgorithmParameterSpec?) = delegate.setParameter(params)

    override fun engineUpdate(b: Byte) = delegate.update(b)

    override fun engineUpdate(
        b: ByteArray,
        off: Int,
        len: Int,
    ) = delegate.update(b, off, len)

    override fun engineSign(): ByteArray = delegate.sign()

    override fun engineVerify(sigBytes: ByteArray): Boolean = throw UnsupportedOperationException()

    @Deprecated("as in the superclass")
    override fun engineSetParameter(
        param: String?,
        value: Any?,
    ) = throw UnsupportedOperationException()

    @Deprecated("as in the superclass")
    override fun engineGetParameter(param: String?): Any = throw UnsupportedOperationException()
}

/** ECDSA of the JDK, beside a key factory that [fail]s. */
private class BrokenFactory(
    private val fail: () -> Key,
) : Provider("Broken", "1", "") {
    init {
        putService(
            object : Service(this, "KeyFactory", "EC", KeyFactorySpi::class.java.name, null, null) {
                override fun newInstance(constructorParameter: Any?): Any = FailingFactory(fail)
            },
        )
        putService(
            object : Service(this, "Signature", "SHA256withECDSA", SignatureSpi::class.java.name, null, null) {
                override fun newInstance(constructorParameter: Any?): Any = DelegatingEcdsa()
            },
        )
    }
}

private class FailingFactory(
    private val fail: () -> Key,
) : KeyFactorySpi() {
    override fun engineGeneratePublic(keySpec: KeySpec): PublicKey = throw UnsupportedOperationException()

    override fun engineGeneratePrivate(keySpec: KeySpec): PrivateKey = throw UnsupportedOperationException()

    override fun <T : KeySpec> engineGetKeySpec(
        key: Key,
        keySpec: Class<T>,
    ): T = throw UnsupportedOperationException()

    override fun engineTranslateKey(key: Key): Key = fail()
}
