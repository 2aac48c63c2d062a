package dev.openidclient.http

import dev.openidclient.client.ClientSettings
import dev.openidclient.contract.LocalServer
import dev.openidclient.error.TransportException
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.Certificates
import dev.openidclient.testing.RecordingTransport
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldEndWith
import io.kotest.matchers.string.shouldNotContain
import io.ktor.client.HttpClient
import io.ktor.client.engine.mock.MockEngine
import io.ktor.client.engine.mock.respondError
import io.ktor.http.HttpStatusCode
import java.net.InetSocketAddress
import java.net.ProxySelector

private const val REFUSING =
    "HTTP/1.1 407 X\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

/** Through real proxies; those of the system properties are in `OwnProcessSpec`. */
class ProxySettingsSpec :
    FunSpec({
        // guards against a hang
        timeout = 120_000

        fun through(proxy: LocalServer) = ProxySettings().url("http://127.0.0.1:${proxy.port}")

        for (engine in listOf(HttpEngine.JAVA, HttpEngine.CIO)) {
            test("$engine sends what is in plain text to the proxy") {
                LocalServer { respond(body = "{}") }.use { proxy ->
                    engine.createTransport(proxy = through(proxy)).use {
                        it.send(HttpRequest("GET", "http://as.example.invalid/a?b=c")).bodyText() shouldBe "{}"
                    }
                    proxy.requests.single().requestLine shouldBe "GET http://as.example.invalid/a?b=c HTTP/1.1"
                }
            }

            test("$engine speaks TLS with the server, through a tunnel of the proxy") {
                val keys = Certificates.keyStore("behind a proxy", "RSA", "dns:as.example.invalid")
                LocalServer(Certificates.listener(keys)) { respond(body = "{}") }.use { server ->
                    val tunnelling =
                        LocalServer {
                            write("HTTP/1.1 200 OK\r\n\r\n")
                            tunnelTo(server.port)
                        }
                    tunnelling.use { proxy ->
                        val tls = TlsSettings().trustPem(Certificates.certificatePem(keys))
                        engine.createTransport(tls, through(proxy)).use {
                            it.send(HttpRequest("GET", "https://as.example.invalid/a?b=c")).bodyText() shouldBe "{}"
                        }
                        proxy.requests.single().requestLine shouldBe "CONNECT as.example.invalid:443 HTTP/1.1"
                        // CIO sends the whole URL, which servers must take (RFC 9112 §3.2.2)
                        server.requests.single().requestLine shouldEndWith "/a?b=c HTTP/1.1"
                    }
                }
            }

            test("$engine tells of a proxy that wants credentials: which one, and 407") {
                LocalServer { write(REFUSING) }.use { proxy ->
                    engine.createTransport(proxy = through(proxy)).use { transport ->
                        for (scheme in listOf("http", "https")) {
                            val thrown =
                                shouldThrow<TransportException> {
                                    transport.send(HttpRequest("GET", "$scheme://as.example.invalid/a?code=s3cret"))
                                }
                            thrown.message shouldContain
                                "GET $scheme://as.example.invalid/a: the proxy 127.0.0.1:${proxy.port} "
                            thrown.message shouldContain "407"
                            thrown.message shouldContain "credentials"
                            thrown.message shouldNotContain "s3cret"
                        }
                    }
                    proxy.requests.size shouldBe 2
                }
            }

            test("$engine takes a 407 that came through TLS for the server's answer, also behind a proxy") {
                val keys = Certificates.keyStore("behind a proxy", "RSA", "dns:as.example.invalid")
                LocalServer(Certificates.listener(keys)) { write(REFUSING) }.use { server ->
                    val tunnelling =
                        LocalServer {
                            write("HTTP/1.1 200 OK\r\n\r\n")
                            tunnelTo(server.port)
                        }
                    tunnelling.use { proxy ->
                        val tls = TlsSettings().trustPem(Certificates.certificatePem(keys))
                        engine.createTransport(tls, through(proxy)).use {
                            it.send(HttpRequest("GET", "https://as.example.invalid/a")).status shouldBe 407
                        }
                    }
                    server.requests.size shouldBe 1
                }
            }

            test("$engine does not take a proxy's refusal of a tunnel for the server's answer") {
                LocalServer { respond("403 Forbidden", "{\"error\":\"invalid_grant\"}") }.use { proxy ->
                    engine.createTransport(proxy = through(proxy)).use { transport ->
                        shouldThrow<TransportException> {
                            transport.send(
                                HttpRequest("GET", "https://as.example.invalid/"),
                            )
                        }
                    }
                }
            }

            test("a server's own 407 is an answer like any other: $engine") {
                LocalServer { write(REFUSING) }.use { server ->
                    engine.createTransport().use { it.send(get(server)).status shouldBe 407 }
                }
            }
        }

        test("a 407 of a Ktor client that was handed in is an answer: its proxies are its own") {
            val http = HttpClient(MockEngine { respondError(HttpStatusCode.ProxyAuthenticationRequired) })
            val before = ProxySelector.getDefault()
            ProxySelector.setDefault(ProxySelector.of(InetSocketAddress.createUnresolved("proxy.example.com", 3128)))
            try {
                KtorTransport(http).send(HttpRequest("GET", "http://as.example.com/")).status shouldBe 407
            } finally {
                ProxySelector.setDefault(before)
            }
        }

        test("credentials are refused by the JDK's engine, unless the JDK sends them through tunnels") {
            val thrown =
                shouldThrow<IllegalArgumentException> {
                    HttpEngine.JAVA.open { proxy { url("http://proxy.example.com:3128").credentials("user", "p4ss") } }
                }
            thrown.message shouldContain "jdk.http.auth.tunneling.disabledSchemes"
            thrown.message shouldContain "OkHttp"
            thrown.message shouldNotContain "p4ss"
        }

        test("credentials are refused by CIO, which would send them to the server") {
            val thrown =
                shouldThrow<IllegalArgumentException> {
                    HttpEngine.CIO.open { proxy { url("http://proxy.example.com:3128").credentials("user", "p4ss") } }
                }
            thrown.message shouldContain "OkHttp"
            thrown.message shouldNotContain "p4ss"
        }

        val wrong =
            listOf(
                "proxy.example.com",
                "proxy.example.com:3128",
                "https://proxy.example.com:3128",
                "socks5://a:1",
                "",
            ) +
                listOf("http://user:p4ss@proxy.example.com:3128", "http://proxy.example.com/p4ss", "http://a?p4ss")
        for (url in wrong) {
            test("the URL <$url> is refused, and not shown") {
                val thrown = shouldThrow<IllegalArgumentException> { HttpEngine.JAVA.open { proxy { this.url = url } } }
                thrown.message shouldContain "http://proxy.example.com:3128"
                thrown.message shouldNotContain "p4ss"
            }
        }

        test("a proxy without a URL is refused") {
            shouldThrow<IllegalArgumentException> { HttpEngine.JAVA.open { proxy { } } }
        }

        for ((username, password) in listOf("a:b" to "p4ss", "a\n" to "p4ss", "a" to "p4ss\r\nx: y")) {
            test("credentials that no header can hold are refused, and not shown: ${username.length}") {
                shouldThrow<IllegalArgumentException> { ProxySettings().credentials(username, password) }
                    .message shouldNotContain "p4ss"
            }
        }

        test("nothing that is printed shows the credentials") {
            val settings = ProxySettings().url("http://proxy.example.com:3128").credentials("us3r", "p4ss")
            for (printed in listOf(
                "$settings",
                "${settings.build()}",
                "${EngineSettings().proxy { credentials("us3r", "p4ss") }}",
            )) {
                printed shouldNotContain "p4ss"
                printed shouldNotContain "us3r"
                printed shouldNotContain "dXMzcjpwNHNz"
            }
        }

        test("the proxy of a client whose transport was given is refused") {
            shouldThrow<IllegalArgumentException> {
                ClientSettings()
                    .transport(RecordingTransport { HttpResponse(200) })
                    .proxy { url = "http://proxy.example.com:3128" }
                    .build(CLIENT_ID)
            }.message shouldContain "proxy { } configures the engine that the client makes for itself"
        }

        test("a client's engine goes through the client's proxy") {
            LocalServer { respond() }.use { proxy ->
                val settings = ClientSettings().proxy { url = "http://127.0.0.1:${proxy.port}" }
                val own = checkNotNull(settings.build(CLIENT_ID).connection.ownTransport)
                own.use { it.send(HttpRequest("GET", "http://as.example.invalid/")) }
                proxy.requests.map { it.requestLine } shouldBe listOf("GET http://as.example.invalid/ HTTP/1.1")
            }
        }

        test("a closed transport asks no proxy") {
            LocalServer { respond() }.use { proxy ->
                for (engine in listOf(HttpEngine.JAVA, HttpEngine.CIO)) {
                    val transport = engine.createTransport(proxy = through(proxy))
                    transport.close()
                    shouldThrow<TransportException> { transport.send(HttpRequest("GET", "https://127.0.0.1/")) }
                }
                proxy.requests.shouldBeEmpty()
            }
        }
    })
