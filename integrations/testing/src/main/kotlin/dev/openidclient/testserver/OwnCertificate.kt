package dev.openidclient.testserver

import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.SecureRandom
import java.security.cert.X509Certificate
import java.security.spec.ECGenParameterSpec
import java.time.Instant
import java.time.temporal.ChronoUnit
import java.util.Base64
import javax.net.ssl.KeyManagerFactory
import javax.net.ssl.SSLContext
import javax.net.ssl.SSLEngine
import javax.net.ssl.X509ExtendedTrustManager

/** A certificate for 127.0.0.1 and localhost, made here, that nobody signed but itself. It lives three days. */
internal class OwnCertificate {
    private val keys: KeyPair =
        KeyPairGenerator.getInstance("EC").apply { initialize(ECGenParameterSpec("secp256r1")) }.generateKeyPair()

    val certificate: X509Certificate

    init {
        val yesterday = Instant.now().minus(1, ChronoUnit.DAYS)
        val end = yesterday.plus(DAYS_VALID, ChronoUnit.DAYS)
        certificate = CertificateMaker(OWNER, NAMES, yesterday, end, "SHA256withECDSA").make(keys, OWNER, keys.private)
    }

    val pem: String
        get() {
            val text = Base64.getMimeEncoder(LINE, "\n".encodeToByteArray()).encodeToString(certificate.encoded)
            return "-----BEGIN CERTIFICATE-----\n$text\n-----END CERTIFICATE-----\n"
        }

    /** Presents this certificate, and takes any of a client, or none. */
    fun context(): SSLContext {
        val managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm())
        managers.init(keyStore(), PASSWORD)
        return SSLContext.getInstance("TLS").apply { init(managers.keyManagers, arrayOf(AnyClient), SecureRandom()) }
    }

    fun keyStore(): KeyStore =
        KeyStore.getInstance("PKCS12").apply {
            load(null, null)
            setKeyEntry("own", keys.private, PASSWORD, arrayOf(certificate))
        }

    /** A listener on 127.0.0.1 that presents it. */
    fun listener(): ServerSocket =
        context().serverSocketFactory.createServerSocket(0, BACKLOG, InetAddress.getByName("127.0.0.1"))

    /** Whose certificate it is, the server finds out later: by its thumbprint, subject or key. */
    private object AnyClient : X509ExtendedTrustManager() {
        override fun checkClientTrusted(
            chain: Array<X509Certificate>,
            authType: String,
        ) = Unit

        override fun checkClientTrusted(
            chain: Array<X509Certificate>,
            authType: String,
            socket: Socket,
        ) = Unit

        override fun checkClientTrusted(
            chain: Array<X509Certificate>,
            authType: String,
            engine: SSLEngine,
        ) = Unit

        override fun checkServerTrusted(
            chain: Array<X509Certificate>,
            authType: String,
        ) = Unit

        override fun checkServerTrusted(
            chain: Array<X509Certificate>,
            authType: String,
            socket: Socket,
        ) = Unit

        override fun checkServerTrusted(
            chain: Array<X509Certificate>,
            authType: String,
            engine: SSLEngine,
        ) = Unit

        override fun getAcceptedIssuers(): Array<X509Certificate> = emptyArray()
    }

    private companion object {
        const val OWNER = "test authorization server"
        const val NAMES = "dns:localhost,ip:127.0.0.1"
        const val DAYS_VALID = 3L
        const val LINE = 64
        const val BACKLOG = 50
        val PASSWORD = "changeit".toCharArray()
    }
}
