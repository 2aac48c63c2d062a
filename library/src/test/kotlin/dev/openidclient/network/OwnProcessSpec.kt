package dev.openidclient.network

import dev.openidclient.contract.LocalServer
import dev.openidclient.testing.Certificates
import dev.openidclient.testing.printedByOwnProcess
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempfile
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain

private const val NAME = "as.example.com"
private const val TUNNELS_WITH_BASIC = "-Djdk.http.auth.tunneling.disabledSchemes="

private const val PROXY_AUTHENTICATION_REQUIRED =
    "HTTP/1.1 407 X\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n"

/** What depends on settings that a JVM reads once. */
class OwnProcessSpec :
    FunSpec({
        // guards against a hang
        timeout = 300_000

        val named = Certificates.keyStore("named", "RSA", "dns:$NAME")
        val trusted = tempfile().apply { writeText(Certificates.certificatePem(named)) }
        val hosts = tempfile().apply { writeText("127.0.0.1 $NAME\n") }

        fun get(
            engine: String,
            url: String,
            options: List<String>,
            vararg further: String,
        ) = printedByOwnProcess(OWN_PROCESS, options, listOf(engine, url, trusted.path, *further))

        for (engine in listOf("CIO", "JAVA")) {
            test("$engine does not take the name that an address claims for the host: nothing is sent") {
                val forged = listOf("-Djdk.net.hosts.file=${hosts.path}")
                LocalServer(Certificates.listener(named)) { respond() }.use { server ->
                    for (address in listOf("127.0.0.1", "127.1", "2130706433")) {
                        get(engine, "https://$address:${server.port}/", forged) shouldContain
                            "failed with TransportException"
                    }
                    server.requests.shouldBeEmpty()

                    get(engine, "https://$NAME:${server.port}/", forged) shouldContain "status 200"
                }
            }

            test("$engine heeds https.proxyHost, and tells that its proxy wants credentials") {
                LocalServer { write(PROXY_AUTHENTICATION_REQUIRED) }.use { proxy ->
                    val printed =
                        get(
                            engine,
                            "https://$NAME/",
                            listOf("-Dhttps.proxyHost=127.0.0.1", "-Dhttps.proxyPort=${proxy.port}"),
                        )

                    printed shouldContain "failed with TransportException"
                    printed shouldContain "the proxy 127.0.0.1:${proxy.port} "
                    printed shouldContain "407"
                    proxy.requests.map { it.requestLine } shouldBe listOf("CONNECT $NAME:443 HTTP/1.1")
                }
            }

            test("$engine heeds http.proxyHost") {
                LocalServer { respond() }.use { proxy ->
                    val options = listOf("-Dhttp.proxyHost=127.0.0.1", "-Dhttp.proxyPort=${proxy.port}")

                    get(engine, "http://$NAME/a", options) shouldContain "status 200"

                    proxy.requests.single().requestLine shouldBe "GET http://$NAME/a HTTP/1.1"
                }
            }

            test("no logger says anything of the query, at any level: $engine") {
                LocalServer { respond() }.use { server ->
                    val printed =
                        get(
                            engine,
                            "http://127.0.0.1:${server.port}/a?code=SplxlOBeZQQYbYS6WxSbIA",
                            listOf("-Dslf4j.provider=${PrintingLogs::class.java.name}"),
                        )

                    printed shouldContain "status 200"
                    if (engine == "CIO") printed shouldContain "Validating response for request http://127.0.0.1"
                    printed shouldNotContain "SplxlOBeZQQYbYS6WxSbIA"
                    server.requests.single().requestLine shouldBe "GET /a?code=SplxlOBeZQQYbYS6WxSbIA HTTP/1.1"
                }
            }
        }

        test("JAVA sends a proxy's credentials to the proxy, and not through its tunnel") {
            LocalServer(Certificates.listener(named)) { respond() }.use { server ->
                val tunnelling =
                    LocalServer {
                        write("HTTP/1.1 200 OK\r\n\r\n")
                        tunnelTo(server.port)
                    }
                tunnelling.use { proxy ->
                    get(
                        "JAVA",
                        "https://$NAME/",
                        listOf(TUNNELS_WITH_BASIC),
                        "http://127.0.0.1:${proxy.port}",
                    ) shouldContain
                        "status 200"

                    proxy.requests.single().requestLine shouldBe "CONNECT $NAME:443 HTTP/1.1"
                    proxy.requests.single().all("proxy-authorization") shouldBe listOf("Basic dXNlcjpwcjB4eTpwNHNz")
                    server.requests.single().all("proxy-authorization").shouldBeEmpty()
                }
            }
        }

        test("JAVA sends a proxy's credentials once, and says that the proxy does not take them") {
            LocalServer { write(PROXY_AUTHENTICATION_REQUIRED) }.use { proxy ->
                for (scheme in listOf("http", "https")) {
                    val printed =
                        get("JAVA", "$scheme://$NAME/", listOf(TUNNELS_WITH_BASIC), "http://127.0.0.1:${proxy.port}")
                    printed shouldContain
                        "the proxy 127.0.0.1:${proxy.port} answered 407, it wants credentials: it does not take"
                    printed shouldNotContain "p4ss"
                    printed shouldNotContain "dXNlcjpwcjB4eTpwNHNz"
                }
                proxy.requests.size shouldBe 2
            }
        }
    })
