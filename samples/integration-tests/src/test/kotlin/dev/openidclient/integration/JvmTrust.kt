package dev.openidclient.integration

import java.nio.file.Files
import java.security.KeyStore
import java.security.cert.CertificateFactory
import javax.net.ssl.SSLContext

/**
 * While it is open, this JVM trusts the authority of the run, and no other, as if its certificate were installed: for
 * samples that say nothing about trust, as real ones do. Belongs to one test class at a time.
 */
class JvmTrust : AutoCloseable {
    private val earlierContext = SSLContext.getDefault()
    private val earlierProperties = NAMES.associateWith(System::getProperty)
    private val file = Files.createTempFile("authority", ".p12")

    init {
        val store = KeyStore.getInstance(TYPE).apply { load(null, null) }
        val authority = OidcProvider.authorityCertificate().byteInputStream()
        store.setCertificateEntry("authority", CertificateFactory.getInstance("X.509").generateCertificate(authority))
        Files.newOutputStream(file).use { store.store(it, PASSWORD.toCharArray()) }
        NAMES.zip(listOf(file.toString(), TYPE, PASSWORD)).forEach { (name, value) -> System.setProperty(name, value) }
        SSLContext.setDefault(OidcProvider.trust())
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
