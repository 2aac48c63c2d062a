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
import dev.openidclient.testing.ClientHello
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.string.shouldContain

private val RECOMMENDED = Regex("""TLS_(ECDHE_(RSA|ECDSA)_WITH_)?(AES_\d+_GCM|CHACHA20_POLY1305)_SHA\d+""")

/** FAPI 2.0 Security Profile §5.2.1: TLS as RFC 9325 has it. */
class SecurityProfileTlsSpec :
    FunSpec({
        // guards against a hang
        timeout = 120_000

        fun settings() = ClientSettings().fapi2Security().authentication(PrivateKeyJwt(SigningKey.generate("ES256")))

        suspend fun offered(settings: ClientSettings): Set<String> =
            ClientHello().use { hello ->
                checkNotNull(settings.build(CLIENT_ID).connection.ownTransport).use {
                    shouldThrow<TransportException> { it.send(HttpRequest("GET", hello.url)) }
                }
                hello.offered - ClientHello.RENEGOTIATION
            }

        for (engine in listOf(HttpEngine.JAVA, HttpEngine.CIO)) {
            test("the engine that a client makes for itself offers only the recommended cipher suites: $engine") {
                val recommended = offered(settings().engine(engine)).shouldNotBeEmpty()

                // RFC 9325 §4.2, and those of TLS 1.3
                recommended.filterNot { it.matches(RECOMMENDED) }.shouldBeEmpty()
                (offered(ClientSettings().engine(engine)) - recommended).shouldNotBeEmpty()
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
