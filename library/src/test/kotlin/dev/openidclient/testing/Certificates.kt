package dev.openidclient.testing

import dev.openidclient.testserver.CertificateMaker
import java.net.InetAddress
import java.net.ServerSocket
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.PrivateKey
import java.security.cert.Certificate
import java.security.spec.ECGenParameterSpec
import java.time.Instant
import java.time.temporal.ChronoUnit
import java.util.Base64
import java.util.concurrent.ConcurrentHashMap
import javax.net.ssl.KeyManagerFactory
import javax.net.ssl.SSLContext

/** Key stores with one key and its certificate, unless told otherwise for 127.0.0.1; made at run time. */
object Certificates {
    const val ALIAS: String = "own"
    const val PASSWORD: String = "changeit"

    private const val LOCAL = "dns:localhost,ip:127.0.0.1"
    private const val AUTHORITY = "authority"
    private const val OWNER = "test"
    private const val WITH_RSA = "SHA256withRSA"
    private const val COMMON_BITS = 2048
    private const val DAYS_VALID = 3L
    private const val BACKLOG = 50

    private val made = ConcurrentHashMap<String, KeyStore>()

    private val authority: KeyStore by lazy {
        val keys = keyPair("RSA")
        storeOf(AUTHORITY, keys, listOf(maker(AUTHORITY, null).make(keys, AUTHORITY, keys.private)))
    }

    /** Signed by nobody but itself. The same one each time for one [name]; [algorithm] is `RSA` or `EC`. */
    fun keyStore(
        name: String,
        algorithm: String,
        subject: String = LOCAL,
    ): KeyStore =
        made.computeIfAbsent(name) {
            val keys = keyPair(algorithm)
            val maker = maker(OWNER, subject, signature = if (algorithm == "RSA") WITH_RSA else "SHA256withECDSA")
            storeOf(ALIAS, keys, listOf(maker.make(keys, OWNER, keys.private)))
        }

    /** Signed by the one of [authorityPem], for three days [fromDay] on. The same each time for the same arguments. */
    fun issued(
        subject: String = LOCAL,
        fromDay: Long = 0,
        bits: Int = COMMON_BITS,
        signature: String = WITH_RSA,
    ): KeyStore =
        made.computeIfAbsent("$subject $fromDay $bits $signature") {
            val keys = keyPair("RSA", bits)
            val signer = authority.getKey(AUTHORITY, PASSWORD.toCharArray()) as PrivateKey
            val certificate = maker(OWNER, subject, fromDay, signature).make(keys, AUTHORITY, signer)
            storeOf(ALIAS, keys, listOf(certificate, authority.getCertificate(AUTHORITY)))
        }

    /** The certificate of the authority of [issued], as PEM text. */
    val authorityPem: String get() = pem("CERTIFICATE", authority.getCertificate(AUTHORITY).encoded)

    /** The certificate in [keyStore] as PEM text. */
    fun certificatePem(keyStore: KeyStore): String = pem("CERTIFICATE", keyStore.getCertificate(ALIAS).encoded)

    /** The private key in [keyStore] as PEM text. */
    fun privateKeyPem(keyStore: KeyStore): String =
        pem("PRIVATE KEY", keyStore.getKey(ALIAS, PASSWORD.toCharArray()).encoded)

    fun pem(
        label: String,
        content: ByteArray,
    ): String {
        val text = Base64.getMimeEncoder(64, "\n".encodeToByteArray()).encodeToString(content)
        return "-----BEGIN $label-----\n$text\n-----END $label-----\n"
    }

    /** A listener on 127.0.0.1 that presents the certificate in [keyStore]. */
    fun listener(keyStore: KeyStore): ServerSocket {
        val keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm())
        keys.init(keyStore, PASSWORD.toCharArray())
        val context = SSLContext.getInstance("TLS").apply { init(keys.keyManagers, null, null) }
        return context.serverSocketFactory.createServerSocket(0, BACKLOG, InetAddress.getByName("127.0.0.1"))
    }

    // the JDK's, whatever is tested: others make no keys so short, and no signature so weak
    private fun keyPair(
        algorithm: String,
        bits: Int = COMMON_BITS,
    ): KeyPair =
        if (algorithm == "RSA") {
            KeyPairGenerator.getInstance("RSA", "SunRsaSign").apply { initialize(bits) }.generateKeyPair()
        } else {
            KeyPairGenerator
                .getInstance("EC", "SunEC")
                .apply { initialize(ECGenParameterSpec("secp256r1")) }
                .generateKeyPair()
        }

    private fun maker(
        subject: String,
        names: String?,
        fromDay: Long = 0,
        signature: String = WITH_RSA,
    ): CertificateMaker {
        val begin = Instant.now().plus(fromDay, ChronoUnit.DAYS)
        return CertificateMaker(subject, names, begin, begin.plus(DAYS_VALID, ChronoUnit.DAYS), signature)
    }

    private fun storeOf(
        alias: String,
        keys: KeyPair,
        chain: List<Certificate>,
    ): KeyStore =
        KeyStore.getInstance("PKCS12").apply {
            load(null, null)
            setKeyEntry(alias, keys.private, PASSWORD.toCharArray(), chain.toTypedArray())
        }
}
