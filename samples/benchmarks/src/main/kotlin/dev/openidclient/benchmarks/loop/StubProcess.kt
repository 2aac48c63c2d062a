package dev.openidclient.benchmarks.loop

import dev.openidclient.benchmarks.measure.jvm
import java.io.ByteArrayInputStream
import java.net.URI
import java.security.KeyStore
import java.security.cert.CertificateFactory
import javax.net.ssl.SSLContext
import javax.net.ssl.TrustManagerFactory
import javax.net.ssl.X509TrustManager

/** What a number of operations was at the server. */
internal class Counted(
    val operations: Long,
    val connections: Long,
)

/** The stub server in a process of its own, and how clients get there. */
internal class StubProcess : AutoCloseable {
    private val process =
        LineProcess(
            Pinning.onServerCore(jvm(StubServer::class.java.name, "-XX:+UseSerialGC", "-Xmx256m")),
        )

    val address: StubAddress = StubAddress.parse(process.read())

    private val trusted: KeyStore =
        KeyStore.getInstance("PKCS12").apply {
            load(null, null)
            val pem = ByteArrayInputStream(address.certificate.encodeToByteArray())
            setCertificateEntry("server", CertificateFactory.getInstance("X.509").generateCertificate(pem))
        }

    /** Trusts the server and nobody else. */
    val trustManager: X509TrustManager =
        TrustManagerFactory
            .getInstance(TrustManagerFactory.getDefaultAlgorithm())
            .apply { init(trusted) }
            .trustManagers
            .filterIsInstance<X509TrustManager>()
            .single()

    val sslContext: SSLContext =
        SSLContext.getInstance("TLS").apply { init(null, arrayOf(trustManager), null) }

    fun issuer(scheme: String): String = address.issuers.getValue(scheme)

    fun tokenEndpoint(scheme: String): URI = URI("${issuer(scheme)}/oauth2/token")

    fun counters(): StubCounters = StubCounters.parse(process.ask("counters"))

    /** Throws [IllegalStateException] unless the server saw as many token requests as [run] says it has operations. */
    fun counting(run: () -> Long): Counted {
        val before = counters()
        val operations = run()
        val seen = counters() - before
        check(seen.tokenRequests == operations) {
            "$operations operations were ${seen.tokenRequests} token requests at the server"
        }
        return Counted(operations, seen.connections)
    }

    override fun close() {
        process.close()
    }
}
