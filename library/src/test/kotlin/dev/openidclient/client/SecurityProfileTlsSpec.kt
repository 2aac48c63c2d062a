package dev.openidclient.client

import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.error.TransportException
import dev.openidclient.http.CloseableHttpTransport
import dev.openidclient.http.HttpEngine
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.Certificates
import dev.openidclient.testing.LocalServer
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import javax.net.ssl.SSLServerSocket

/** FAPI 2.0 Security Profile §5.2.1: TLS as RFC 9325 has it. */
class SecurityProfileTlsSpec :
    FunSpec({
        // guards against a hang
        timeout = 120_000

        val keys = Certificates.keyStore("server", "RSA")

        fun settings() = ClientSettings().fapi2Security().authentication(PrivateKeyJwt(SigningKey.generate("ES256")))

        fun weak() =
            (Certificates.listener(keys) as SSLServerSocket).apply {
                enabledProtocols = arrayOf("TLSv1.2")
                enabledCipherSuites = arrayOf("TLS_RSA_WITH_AES_128_CBC_SHA")
            }

        for (engine in listOf(HttpEngine.JAVA, HttpEngine.CIO)) {
            test("the engine that a client makes for itself offers only the recommended cipher suites: $engine") {
                LocalServer(weak()) { respond() }.use { server ->
                    val request = HttpRequest("GET", "https://127.0.0.1:${server.port}/")

                    suspend fun sent(settings: ClientSettings): Int {
                        val trusting = settings.engine(engine).tls { trustPem(Certificates.certificatePem(keys)) }
                        return checkNotNull(trusting.build(CLIENT_ID).ownTransport).use { it.send(request).status }
                    }

                    shouldThrow<TransportException> { sent(settings()) }
                    server.requests.shouldBeEmpty()

                    sent(ClientSettings()) shouldBe 200
                }
            }

            test("a transport that was opened with others is refused, with the way to open it: $engine") {
                engine.open().use { opened: CloseableHttpTransport ->
                    shouldThrow<IllegalArgumentException> {
                        settings()
                            .transport(
                                opened,
                            ).build(CLIENT_ID)
                    }.message shouldContain
                        "open the transport with tls { recommendedCipherSuites() }"
                }
                engine.open { tls { recommendedCipherSuites() } }.use { opened ->
                    shouldNotThrowAny { settings().transport(opened).build(CLIENT_ID) }
                }
            }
        }

        test("of a transport of the caller's own nothing is known") {
            shouldNotThrowAny { settings().transport(HttpTransport { HttpResponse(500) }).build(CLIENT_ID) }
        }
    })
