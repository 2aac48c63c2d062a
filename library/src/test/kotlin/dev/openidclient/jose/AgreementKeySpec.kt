package dev.openidclient.jose

import com.nimbusds.jose.EncryptionMethod
import com.nimbusds.jose.JOSEException
import com.nimbusds.jose.JWEAlgorithm
import com.nimbusds.jose.JWEHeader
import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.gen.ECKeyGenerator
import com.nimbusds.jose.util.Base64URL
import dev.openidclient.testing.DelegatingEcdsa
import dev.openidclient.testing.Providers
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.X25519Encrypter
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.security.InvalidKeyException
import java.security.Key
import java.security.Provider
import java.security.ProviderException
import java.security.SecureRandom
import java.security.SignatureSpi
import java.security.spec.AlgorithmParameterSpec
import javax.crypto.KeyAgreementSpi
import javax.crypto.SecretKey

/** With a provider that itself refuses nothing. */
class AgreementKeySpec :
    FunSpec({
        val ec = TestKeys.ec.toKeyPair()
        val x25519 = X25519Encrypter.x25519()

        afterEach { Providers.useThatOfTheBuild() }

        fun agreeing(secret: () -> ByteArray) = CryptoProvider.use(AgreementProvider(secret))

        test("what the provider agrees on is the secret") {
            val secret = ByteArray(32) { 1 }
            agreeing { secret }

            AgreementKey(ec.private, "ECDH").agree(ec.public) shouldBe secret
            AgreementKey(x25519.private, "X25519").agree(x25519.public) shouldBe secret
        }

        for (failure in listOf(ProviderException("m"), NullPointerException("m"), UnsupportedOperationException("m"))) {
            test("a ${failure::class.simpleName} of the provider is a failed agreement") {
                agreeing { throw failure }

                shouldThrow<InvalidKeyException> { AgreementKey(ec.private, "ECDH").agree(ec.public) }
                    .message shouldBe "the key agreement failed"
            }
        }

        test("a secret of zeros on X25519 is refused, which a point of small order leads to (RFC 7748 §6.1)") {
            agreeing { ByteArray(32) }

            shouldThrow<InvalidKeyException> { AgreementKey(x25519.private, "X25519").agree(x25519.public) }
                .message shouldBe "the secret is zero"
        }

        test("a point of another curve is refused before the provider has it") {
            var asked = 0
            agreeing { ByteArray(32) { 1 }.also { asked++ } }
            val header =
                JWEHeader
                    .Builder(JWEAlgorithm.ECDH_ES, EncryptionMethod.A128GCM)
                    .ephemeralPublicKey(ECKeyGenerator(Curve.P_384).generate().toPublicJWK())
                    .build()
            val decrypter = EcdhDecrypter(Curve.P_256, AgreementKey(ec.private, "ECDH"))
            val part = Base64URL.encode(ByteArray(16))

            shouldThrow<JOSEException> { decrypter.decrypt(header, null, part, part, part, ByteArray(0)) }
                .message shouldBe "\"epk\" is no point of P-256"
            asked shouldBe 0
        }
    })

/** Agrees on what [secret] gives, whatever the keys. */
private class AgreementProvider(
    private val secret: () -> ByteArray,
) : Provider("Agreement", "1", "") {
    init {
        for (algorithm in listOf("ECDH", "X25519")) {
            putService(
                object : Service(this, "KeyAgreement", algorithm, KeyAgreementSpi::class.java.name, null, null) {
                    override fun newInstance(constructorParameter: Any?): Any = AnyAgreement(secret)
                },
            )
        }
        putService(
            object : Service(this, "Signature", "SHA256withECDSA", SignatureSpi::class.java.name, null, null) {
                override fun newInstance(constructorParameter: Any?): Any = DelegatingEcdsa()
            },
        )
    }
}

private class AnyAgreement(
    private val secret: () -> ByteArray,
) : KeyAgreementSpi() {
    override fun engineInit(
        key: Key,
        random: SecureRandom?,
    ) = Unit

    override fun engineInit(
        key: Key,
        params: AlgorithmParameterSpec?,
        random: SecureRandom?,
    ) = Unit

    override fun engineDoPhase(
        key: Key,
        lastPhase: Boolean,
    ): Key? = null

    override fun engineGenerateSecret(): ByteArray = secret()

    override fun engineGenerateSecret(
        sharedSecret: ByteArray,
        offset: Int,
    ): Int = throw UnsupportedOperationException()

    override fun engineGenerateSecret(algorithm: String): SecretKey = throw UnsupportedOperationException()
}
