package dev.openidclient.client

import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.clientauth.TlsClientAuth
import dev.openidclient.contract.LocalServer
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.TransportException
import dev.openidclient.event.ClientListener
import dev.openidclient.http.HttpEngine
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.jose.SigningKey
import dev.openidclient.registration.register
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NOW
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.RecordingTransport
import dev.openidclient.testing.connectionTo
import dev.openidclient.testing.everyAnswer
import dev.openidclient.testing.everyClient
import dev.openidclient.testing.everyServer
import dev.openidclient.testing.response
import dev.openidclient.testing.serverMetadata
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.test.runTest
import java.time.Duration
import java.util.function.Consumer

@OptIn(InsecureRequests::class)
class ConnectionSpec :
    FunSpec({
        suspend fun Connection.shouldBeOpen() {
            LocalServer { respond() }.use { server ->
                send(HttpRequest("GET", "http://127.0.0.1:${server.port}")).status shouldBe 200
            }
        }

        context("the engine of an opened connection") {
            test("stays open when a client that shares it is closed") {
                Connection.open().use { shared ->
                    OpenIdClient(serverMetadata(), CLIENT_ID) { connection = shared }.close()

                    shared.shouldBeOpen()
                }
            }

            test("stays open when the discovery of a client fails, so that it can be tried again") {
                Connection.open { allowInsecureRequests() }.use { shared ->
                    shouldThrow<OAuthException> {
                        OpenIdClient.discover("http://127.0.0.1:1", CLIENT_ID) { connection = shared }
                    }
                    shouldThrow<IllegalArgumentException> {
                        OpenIdClient.discover("as.example.com", CLIENT_ID) { connection = shared }
                    }

                    shared.shouldBeOpen()
                }
            }

            test("stays open when the registration of a client fails") {
                Connection.open { allowInsecureRequests() }.use { shared ->
                    shouldThrow<OAuthException> {
                        OpenIdClient.register(everyServer("http://127.0.0.1:1")) {
                            redirectUris(REDIRECT_URI)
                            settings { connection = shared }
                        }
                    }

                    shared.shouldBeOpen()
                }
            }

            test("stays open when a client that took it from another is closed") {
                OpenIdClient(serverMetadata(), CLIENT_ID).use { first ->
                    val second = OpenIdClient(serverMetadata(), CLIENT_ID) { connection = first.connection }
                    second.close()

                    second.connection shouldBeSameInstanceAs first.connection
                    first.connection.shouldBeOpen()
                }
            }

            test("is closed by who opened it") {
                val shared = Connection.open()
                shared.close()

                shared.ownTransport.shouldBeClosed()
                val client = OpenIdClient(serverMetadata(), CLIENT_ID) { connection = shared }
                shouldThrow<TransportException> { client.clientCredentialsGrant() }
            }

            test("is left open where it is a transport that was given") {
                var closed = false
                val given =
                    object : HttpTransport, AutoCloseable {
                        override suspend fun send(request: HttpRequest) = HttpResponse(500)

                        override fun close() {
                            closed = true
                        }
                    }
                Connection.open { transport = given }.close()

                closed shouldBe false
            }
        }

        test("a client that cannot be discovered now can be asked for again, with the same connection") {
            var isUp = false
            val transport = RecordingTransport { if (isUp) everyAnswer(it) else HttpResponse(503) }
            val configuration = ClientSettings().transport(transport).build(CLIENT_ID)
            shouldThrow<OAuthException> { askForMetadata(ISSUER, configuration) }
            isUp = true

            askForMetadata(ISSUER, configuration).connection shouldBeSameInstanceAs configuration.connection
        }

        test("a client that cannot be discovered leaves the engine open for the next attempt") {
            val configuration = ClientSettings().allowInsecureRequests().build(CLIENT_ID)
            shouldThrow<OAuthException> { askForMetadata("http://127.0.0.1:1", configuration) }

            configuration.connection.use { it.shouldBeOpen() }
        }

        context("a client that shares a connection has of it") {
            test("the transport") {
                val transport = RecordingTransport(::everyAnswer)
                val shared = Connection.open { this.transport = transport }
                repeat(2) { shared.everyClient().clientCredentialsGrant() }

                transport.requests.size shouldBe 2
            }

            test("the timeout") {
                runTest {
                    val shared =
                        connectionTo({ awaitCancellation() }) {
                            timeout = Duration.ofSeconds(3)
                        }
                    shouldThrow<TransportException> { shared.everyClient().clientCredentialsGrant() }

                    testScheduler.currentTime shouldBe 3000
                }
            }

            test("the size of an answer") {
                val shared = connectionTo { maximumResponseSize = 3 }

                shouldThrow<InvalidResponseException> { shared.everyClient().clientCredentialsGrant() }
            }

            test("the clock") {
                connectionTo { clockSkew = Duration.ofSeconds(7) }.everyClient().time.instant shouldBe
                    NOW.plusSeconds(7)
            }

            test("whether http is permitted") {
                val insecure = everyServer("http://as.example.com")
                OpenIdClient(insecure, CLIENT_ID) { connection = connectionTo { allowInsecureRequests() } }
                    .clientCredentialsGrant()

                shouldThrow<OAuthException> {
                    OpenIdClient(insecure, CLIENT_ID) { connection = connectionTo() }.clientCredentialsGrant()
                }
            }

            test("the client certificate") {
                val presenting = connectionTo { transportPresentsCertificate() }
                presenting.everyClient { authentication = TlsClientAuth }.configuration.hasClientCertificate shouldBe
                    true

                shouldThrow<IllegalArgumentException> { connectionTo().everyClient { authentication = TlsClientAuth } }
            }

            test("the cipher suites, which a security profile judges") {
                val key = SigningKey.generate("ES256")
                val profile: ClientSettings.() -> Unit = {
                    authentication = PrivateKeyJwt(key)
                    fapi2Security()
                }
                Connection.open { tls { recommendedCipherSuites() } }.use { it.everyClient(profile) }

                Connection.open().use { plain ->
                    shouldThrow<IllegalArgumentException> { plain.everyClient(profile) }
                }
                shouldThrow<IllegalArgumentException> {
                    connectionTo { allowInsecureRequests() }.everyClient(profile)
                }
            }
        }

        context("a client that shares a connection is refused where it names one of its settings:") {
            val settings =
                mapOf<String, ClientSettings.() -> Unit>(
                    "timeout" to { timeout = Duration.ofSeconds(30) },
                    "transport" to { transport = HttpTransport { HttpResponse(500) } },
                    "engine" to { engine = HttpEngine.AUTOMATIC },
                    "tls { }" to { tls { } },
                    "proxy { }" to { proxy { } },
                    "clock" to { clock = FIXED_CLOCK },
                    "clockSkew" to { clockSkew = Duration.ZERO },
                    "clockTolerance" to { clockTolerance = Duration.ZERO },
                    "maximumResponseSize" to { maximumResponseSize = 1 },
                    "permitUrl" to { permitUrl { true } },
                    "listener(…)" to { listener(object : ClientListener {}) },
                    "allowInsecureRequests()" to { allowInsecureRequests() },
                    "transportPresentsCertificate()" to { transportPresentsCertificate() },
                )
            for ((name, set) in settings) {
                test(name) {
                    shouldThrow<IllegalArgumentException> { connectionTo().everyClient(set) }.message shouldBe
                        "$name cannot be set for a client that is given a connection: set it in Connection.open { }"
                }
            }

            test("all that it names are told at once") {
                shouldThrow<IllegalArgumentException> {
                    connectionTo().everyClient {
                        engine = HttpEngine.CIO
                        timeout = Duration.ZERO
                    }
                }.message?.substringBefore(" cannot") shouldBe "engine, timeout"
            }
        }

        test("what was set for a connection is refused where it contradicts itself") {
            shouldThrow<IllegalArgumentException> { Connection.open { maximumResponseSize = 0 } }
            shouldThrow<IllegalArgumentException> {
                connectionTo { tls { } }
            }
        }

        test("it is opened from Java too") {
            Connection.open(Consumer<ConnectionSettings> { it.timeout(Duration.ofSeconds(3)).clock(FIXED_CLOCK) }).use {
                it.limits.timeout shouldBe Duration.ofSeconds(3)
                it.time.clock shouldBeSameInstanceAs FIXED_CLOCK
            }
        }

        test("it prints its limits, and nothing of a transport that was given") {
            val given =
                object : HttpTransport {
                    override suspend fun send(request: HttpRequest) = response("{}")

                    override fun toString() = "s3cret"
                }

            "${Connection.open { transport = given }}" shouldNotContain "s3cret"
        }

        test("a client is its own source") {
            val client = connectionTo().everyClient()

            client.client() shouldBeSameInstanceAs client
            val source: ClientSource = ClientSource { client }
            source.client() shouldBeSameInstanceAs client
        }
    })
