package dev.openidclient.http

import dev.openidclient.contract.LocalServer
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.Reached
import dev.openidclient.error.TransportException
import dev.openidclient.testing.Certificates
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import java.security.cert.X509Certificate

/** CIO would take whatever name an address has for the host, so its addresses are checked here. */
class CioAddressSpec :
    FunSpec({
        // guards against a hang
        timeout = 120_000

        suspend fun answered(
            subject: String,
            host: String,
        ): Int {
            val keys = Certificates.keyStore("for $subject", "RSA", subject)
            return LocalServer(Certificates.listener(keys)) { respond() }.use { server ->
                val tls = TlsSettings().trustPem(Certificates.certificatePem(keys))
                HttpEngine.CIO.createTransport(tls).use { transport ->
                    try {
                        transport.send(HttpRequest("GET", "https://$host:${server.port}/")).status
                    } finally {
                        if (subject.endsWith("127.0.0.1").not()) server.requests.shouldBeEmpty()
                    }
                }
            }
        }

        test("an address that is in the certificate is taken, with and without a name beside it") {
            answered("dns:localhost,ip:127.0.0.1", "127.0.0.1") shouldBe 200
            answered("ip:127.0.0.1", "127.0.0.1") shouldBe 200
            // nobody asks what name a look-up has for it
            answered("dns:another.example.com,ip:127.0.0.1", "127.0.0.1") shouldBe 200
        }

        for (subject in listOf("dns:localhost", "ip:127.0.0.2", "dns:127.0.0.1.example.com")) {
            test("an address is not taken, and nothing sent, where the certificate has $subject only") {
                shouldThrow<TransportException> { answered(subject, "127.0.0.1") }.code shouldBe ErrorCode.NETWORK_ERROR
            }
        }

        for (host in listOf("127.1", "2130706433", "0x7f.1", "127.0.0.01", "[::1%251]", "127.0.0.1.")) {
            test("an address in another spelling is refused: $host") {
                val thrown = shouldThrow<TransportException> { answered("dns:localhost", host) }

                thrown.message shouldContain "the engine CIO cannot check a certificate for an IP address"
                thrown.reached shouldBe Reached.NO
            }
        }

        test("a name is not taken, and nothing sent, where the certificate has only an address") {
            shouldThrow<TransportException> { answered("ip:127.0.0.2", "localhost") }
        }

        test("a transport that was closed sends nothing to an address") {
            val keys = Certificates.keyStore("closed", "RSA", "ip:127.0.0.1")
            LocalServer(Certificates.listener(keys)) { respond() }.use { server ->
                val tls = TlsSettings().trustPem(Certificates.certificatePem(keys))
                val transport = HttpEngine.CIO.createTransport(tls)
                transport.close()

                shouldThrow<TransportException> {
                    transport.send(HttpRequest("GET", "https://127.0.0.1:${server.port}/"))
                }
                server.requests.shouldBeEmpty()
            }
        }

        test("a name of digits in a certificate is no address") {
            val address = IpAddressHost.of("127.0.0.1").shouldNotBeNull()
            val keys = Certificates.keyStore("digits", "RSA", "dns:127.0.0.1")

            address.isNamedBy(keys.getCertificate(keys.aliases().nextElement()) as X509Certificate) shouldBe false
        }

        test("a CIO client that was handed in sends nothing to an address over TLS") {
            HttpClient(CIO).use { client ->
                shouldThrow<TransportException> {
                    KtorTransport(
                        client,
                    ).send(HttpRequest("GET", "https://127.0.0.1:1/"))
                }.message shouldContain "the engine CIO cannot check a certificate for an IP address"
            }
        }

        context("a host") {
            for (host in listOf("a", "as.example.com", "a1", "1a", "127.0.0.1.example.com", "1.2.3.a", "x0x1")) {
                test("$host is a name") { IpAddressHost.of(host).shouldBeNull() }
            }

            for (host in listOf(
                "127.0.0.1",
                "0.0.0.0",
                "255.255.255.255",
                "[::1]",
                "[2001:db8::a]",
                "[::ffff:127.0.0.1]",
            )) {
                test("$host is an address") { IpAddressHost.of(host)?.address.shouldNotBeNull() }
            }

            for (host in listOf(
                "127.1",
                "1",
                "256.0.0.1",
                "1.2.3.4.5",
                "01.2.3.4",
                "a.1",
                "0x7f000001",
                "a.0x",
                "1.",
                "[v1.a]",
            )) {
                test("$host is read as an address by some, and not checked") {
                    val address = IpAddressHost.of(host)
                    address.shouldNotBeNull()
                    address.address.shouldBeNull()
                }
            }
        }
    })
