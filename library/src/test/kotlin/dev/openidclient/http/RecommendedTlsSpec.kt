package dev.openidclient.http

import dev.openidclient.contract.LocalServer
import dev.openidclient.error.TransportException
import dev.openidclient.testing.Certificates
import dev.openidclient.testing.ClientHello
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import javax.net.ssl.SSLContext
import javax.net.ssl.SSLServerSocket

class RecommendedTlsSpec :
    FunSpec({
        // guards against a hang
        timeout = 120_000

        val keys = Certificates.keyStore("server", "RSA")

        fun listener(
            protocol: String,
            suite: String,
        ) = (Certificates.listener(keys) as SSLServerSocket).apply {
            enabledProtocols = arrayOf(protocol)
            enabledCipherSuites = arrayOf(suite)
        }

        fun transport(
            engine: HttpEngine,
            onlyRecommended: Boolean,
        ) = engine.createTransport(
            TlsSettings().trustPem(Certificates.certificatePem(keys)),
            onlyRecommendedSuites = onlyRecommended,
        )

        suspend fun offered(
            engine: HttpEngine,
            onlyRecommended: Boolean,
        ): Set<String> =
            ClientHello().use { hello ->
                transport(engine, onlyRecommended).use {
                    shouldThrow<TransportException> { it.send(HttpRequest("GET", hello.url)) }
                }
                hello.offered - ClientHello.RENEGOTIATION
            }

        // the JDK's other suites that every JDK has, as from 24 on it has none without forward secrecy
        val others = listOf("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA")
        for (suite in others) {
            test("JAVA does not connect with $suite where only the recommended ones are allowed") {
                LocalServer(listener("TLSv1.2", suite)) { respond() }.use { server ->
                    val request = HttpRequest("GET", "https://127.0.0.1:${server.port}/")
                    transport(HttpEngine.JAVA, onlyRecommended = true).use {
                        shouldThrow<TransportException> { it.send(request) }
                    }
                    server.requests.shouldBeEmpty()

                    transport(HttpEngine.JAVA, onlyRecommended = false).use { it.send(request).status shouldBe 200 }
                }
            }
        }

        for (engine in listOf(HttpEngine.JAVA, HttpEngine.CIO)) {
            test("$engine offers nothing but the recommended ones where only these are allowed, and more otherwise") {
                RecommendedTls.CIPHER_SUITES shouldContainAll offered(engine, onlyRecommended = true).shouldNotBeEmpty()
                (offered(engine, onlyRecommended = false) - RecommendedTls.CIPHER_SUITES).shouldNotBeEmpty()
            }

            for (suite in RecommendedTls.CIPHER_SUITES.filter { "ECDHE_RSA" in it }) {
                test("$engine connects with $suite") {
                    LocalServer(listener("TLSv1.2", suite)) { respond() }.use { server ->
                        transport(engine, onlyRecommended = true).use {
                            it.send(HttpRequest("GET", "https://127.0.0.1:${server.port}/")).status shouldBe 200
                        }
                    }
                }
            }
        }

        test("JAVA connects with TLS 1.3 where only the recommended ones are allowed") {
            LocalServer(listener("TLSv1.3", "TLS_AES_128_GCM_SHA256")) { respond() }.use { server ->
                transport(HttpEngine.JAVA, onlyRecommended = true).use {
                    it.send(HttpRequest("GET", "https://127.0.0.1:${server.port}/")).status shouldBe 200
                }
            }
        }

        test("no version before TLS 1.2 goes with them") {
            RecommendedTls.parameters(SSLContext.getDefault()).protocols.toSet() shouldBe setOf("TLSv1.3", "TLSv1.2")
        }

        test("they can be asked for without a profile") {
            for (engine in HttpEngine.entries) {
                engine.open { tls { recommendedCipherSuites() } }.use {
                    (it as OwnTransport).offersOnlyRecommendedSuites shouldBe true
                }
                engine.open().use { (it as OwnTransport).offersOnlyRecommendedSuites shouldBe false }
            }
        }
    })
