package dev.openidclient.testing

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider
import dev.openidclient.jose.CryptoProvider
import org.conscrypt.Conscrypt
import java.security.Key
import java.security.PrivateKey
import java.security.Provider
import java.security.PublicKey
import java.security.Signature
import java.security.SignatureSpi
import java.util.concurrent.ConcurrentLinkedQueue

/** The providers of cryptography that specs run with. The build says which: `-Dtests.cryptoProvider=conscrypt`. */
object Providers {
    val corretto: Provider by lazy { AmazonCorrettoCryptoProvider().also { it.assertHealthy() } }
    val conscrypt: Provider by lazy { Conscrypt.newProvider() }

    /** What all specs of this JVM run with, and what one that tries others has to leave behind. */
    fun useThatOfTheBuild() =
        when (val name = System.getProperty("tests.cryptoProvider")) {
            null, "jdk" -> CryptoProvider.useJdk()
            "corretto" -> CryptoProvider.use(corretto)
            "conscrypt" -> CryptoProvider.use(conscrypt)
            else -> error("no provider of cryptography is named $name")
        }
}

/** Those algorithms of [other] whose names [has] allows; it remembers what it was asked for. */
class RecordingProvider(
    private val other: Provider,
    private val has: (String) -> Boolean = { true },
) : Provider("Recording", "1", "") {
    val asked = ConcurrentLinkedQueue<String>()

    override fun getService(
        type: String,
        algorithm: String,
    ): Service? {
        asked += "$type.$algorithm"
        return if (has("$type.$algorithm")) other.getService(type, algorithm) else null
    }
}

/** Has ECDSA with SHA-256 and no more, made by [spi]. */
class EcdsaProvider(
    private val spi: () -> SignatureSpi,
) : Provider("Ecdsa", "1", "") {
    var made = 0
        private set

    init {
        putService(
            object : Service(this, "Signature", ALGORITHM, SignatureSpi::class.java.name, null, null) {
                override fun newInstance(constructorParameter: Any?): Any {
                    made++
                    return spi()
                }
            },
        )
    }

    private companion object {
        const val ALGORITHM = "SHA256withECDSA"
    }
}

/** ECDSA of the JDK, for the keys that [key] makes of those it is given; [answer] changes what it says of a signature. */
class DelegatingEcdsa(
    private val key: (Key) -> Key = { it },
    private val answer: (Boolean) -> Boolean = { it },
) : SignatureSpi() {
    private val delegate = Signature.getInstance("SHA256withECDSA", "SunEC")

    override fun engineInitVerify(publicKey: PublicKey) = delegate.initVerify(key(publicKey) as PublicKey)

    override fun engineInitSign(privateKey: PrivateKey) = delegate.initSign(key(privateKey) as PrivateKey)

    override fun engineUpdate(b: Byte) = delegate.update(b)

    override fun engineUpdate(
        b: ByteArray,
        off: Int,
        len: Int,
    ) = delegate.update(b, off, len)

    override fun engineSign(): ByteArray = delegate.sign()

    override fun engineVerify(sigBytes: ByteArray): Boolean = answer(delegate.verify(sigBytes))

    @Deprecated("as in the superclass")
    override fun engineSetParameter(
        param: String?,
        value: Any?,
    ) = throw UnsupportedOperationException()

    @Deprecated("as in the superclass")
    override fun engineGetParameter(param: String?): Any = throw UnsupportedOperationException()
}
