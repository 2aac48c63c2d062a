package dev.openidclient.http

import dev.openidclient.contract.LocalServer
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TransportException
import dev.openidclient.testing.Certificates
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.net.InetAddress
import java.net.ServerSocket
import java.security.KeyStore
import javax.net.ssl.KeyManagerFactory
import javax.net.ssl.SSLContext
import javax.net.ssl.SSLServerSocket
import javax.net.ssl.TrustManagerFactory

private val PASSWORD = Certificates.PASSWORD.toCharArray()

/** Every engine with real TLS connections to a server that asks for a client certificate. */
open class MutualTlsSpec :
    FunSpec({
        // guards against a hang
        timeout = 120_000

        val server = Certificates.keyStore("server", "RSA")
        val rsa = Certificates.keyStore("rsa client", "RSA")
        val ec = Certificates.keyStore("ec client", "EC")
        val stranger = Certificates.keyStore("stranger", "RSA")

        fun trusting(identity: KeyStore?): TlsSettings =
            TlsSettings().trustPem(Certificates.certificatePem(server)).also { tls ->
                identity?.let { tls.keyStore(it, PASSWORD) }
            }

        suspend fun ((TlsSettings?) -> OwnTransport).exchange(tls: TlsSettings?): Pair<HttpResponse, LocalServer> =
            this(tls).use { transport ->
                LocalServer(mutualTls(server, listOf(rsa, ec))) { respond(body = "over TLS") }.use {
                    transport.send(HttpRequest("GET", "https://127.0.0.1:${it.port}/")) to it
                }
            }

        for ((engine, newTransport) in TLS_ENGINES) {
            // CIO presents no key of an elliptic curve
            val presentable = if (engine == CIO_ENGINE) mapOf("RSA" to rsa) else mapOf("RSA" to rsa, "EC" to ec)
            for ((kind, keyStore) in presentable) {
                test("$engine presents a client key of $kind from a key store") {
                    val (response, _) = newTransport.exchange(trusting(keyStore))

                    response.bodyText() shouldBe "over TLS"
                }

                test("$engine presents a client key of $kind from PEM text") {
                    val tls =
                        TlsSettings().pem(
                            Certificates.privateKeyPem(keyStore) + Certificates.certificatePem(keyStore),
                        )
                    val (response, _) = newTransport.exchange(tls.trustStore(storeOfCertificates(server)))

                    response.bodyText() shouldBe "over TLS"
                }
            }

            test("$engine gets no answer without a client certificate") {
                shouldThrow<TransportException> { newTransport.exchange(trusting(null)) }.code shouldBe
                    ErrorCode.NETWORK_ERROR
            }

            test("$engine gets no answer with a client certificate that the server does not trust") {
                shouldThrow<TransportException> { newTransport.exchange(trusting(stranger)) }.code shouldBe
                    ErrorCode.NETWORK_ERROR
            }

            val untrusting =
                mapOf(
                    "another trustPem" to TlsSettings().trustPem(Certificates.certificatePem(stranger)),
                    "another trustStore" to TlsSettings().trustStore(storeOfCertificates(stranger)),
                    "the system's authorities" to TlsSettings(),
                    "no settings at all" to null,
                )
            for ((name, tls) in untrusting) {
                test("$engine sends nothing to a server that $name does not trust") {
                    val settings = tls?.keyStore(rsa, PASSWORD)
                    newTransport(settings).use { transport ->
                        LocalServer(mutualTls(server, listOf(rsa))) { respond() }.use {
                            shouldThrow<TransportException> {
                                transport.send(HttpRequest("GET", "https://127.0.0.1:${it.port}/"))
                            }.code shouldBe ErrorCode.NETWORK_ERROR
                            it.requests.shouldBeEmpty()
                        }
                    }
                }
            }

            test("$engine sends nothing to a server whose certificate names another host") {
                val other = Certificates.keyStore("other host", "RSA", "dns:other.example.com")
                val tls = TlsSettings().trustStore(storeOfCertificates(other)).keyStore(rsa, PASSWORD)
                newTransport(tls).use { transport ->
                    LocalServer(mutualTls(other, listOf(rsa))) { respond() }.use {
                        shouldThrow<TransportException> {
                            transport.send(HttpRequest("GET", "https://localhost:${it.port}/"))
                        }.code shouldBe ErrorCode.NETWORK_ERROR
                        it.requests.shouldBeEmpty()
                    }
                }
            }

            test("$engine sends nothing to a server whose certificate has no DNS name to compare the host with") {
                val nameless = Certificates.keyStore("nameless", "RSA", "ip:127.0.0.1")
                val tls = TlsSettings().trustStore(storeOfCertificates(nameless)).keyStore(rsa, PASSWORD)
                newTransport(tls).use { transport ->
                    LocalServer(mutualTls(nameless, listOf(rsa))) { respond() }.use {
                        shouldThrow<TransportException> {
                            transport.send(HttpRequest("GET", "https://localhost:${it.port}/"))
                        }.code shouldBe ErrorCode.NETWORK_ERROR
                        it.requests.shouldBeEmpty()
                    }
                }
            }
        }
    })

private fun mutualTls(
    own: KeyStore,
    trusted: List<KeyStore>,
): ServerSocket {
    val keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm()).apply { init(own, PASSWORD) }
    val trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm())
    trust.init(storeOfCertificates(*trusted.toTypedArray()))
    val context = SSLContext.getInstance("TLS").apply { init(keys.keyManagers, trust.trustManagers, null) }
    val listener = context.serverSocketFactory.createServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))
    return (listener as SSLServerSocket).apply { needClientAuth = true }
}

private fun storeOfCertificates(vararg keyStores: KeyStore): KeyStore =
    KeyStore.getInstance("PKCS12").apply {
        load(null, null)
        keyStores.forEachIndexed { index, it -> setCertificateEntry("$index", it.getCertificate(Certificates.ALIAS)) }
    }
