package dev.openidclient.integration

import java.nio.file.Files
import java.security.KeyStore
import java.security.cert.CertificateFactory
import javax.net.ssl.SSLContext
import javax.net.ssl.TrustManagerFactory

/**
 * While it is open, this JVM trusts [authority], a certificate in PEM, and no other, as if it were installed: for
 * samples that say nothing about trust, as real ones do. Belongs to one test class at a time.
 */
class JvmTrust(
    authority: String,
) : AutoCloseable {
    /** Of the authority of the run. */
    constructor() : this(OidcProvider.authorityCertificate())

    private val earlierContext = SSLContext.getDefault()
    private val earlierProperties = NAMES.associateWith(System::getProperty)
    private val file = Files.createTempFile("authority", ".p12")

    init {
        val store = KeyStore.getInstance(TYPE).apply { load(null, null) }
        val certificate = CertificateFactory.getInstance("X.509").generateCertificate(authority.byteInputStream())
        store.setCertificateEntry("authority", certificate)
        Files.newOutputStream(file).use { store.store(it, PASSWORD.toCharArray()) }
        NAMES.zip(listOf(file.toString(), TYPE, PASSWORD)).forEach { (name, value) -> System.setProperty(name, value) }
        val trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm()).apply { init(store) }
        SSLContext.setDefault(SSLContext.getInstance("TLS").apply { init(null, trust.trustManagers, null) })
    }

    override fun close() {
        SSLContext.setDefault(earlierContext)
        for ((name, value) in earlierProperties) {
            if (value == null) System.clearProperty(name) else System.setProperty(name, value)
        }
        Files.delete(file)
    }

    private companion object {
        const val TYPE = "PKCS12"
        const val PASSWORD = "public certificates only"
        val NAMES = listOf("trustStore", "trustStoreType", "trustStorePassword").map { "javax.net.ssl.$it" }
    }
}
