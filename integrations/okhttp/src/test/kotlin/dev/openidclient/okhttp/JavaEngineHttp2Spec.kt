package dev.openidclient.okhttp

import dev.openidclient.http.HttpEngine
import dev.openidclient.http.HttpRequest
import dev.openidclient.testing.Certificates
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import mockwebserver3.MockResponse
import mockwebserver3.MockWebServer
import okhttp3.Protocol
import java.net.InetAddress

/** Here, where there is a server that speaks HTTP/2. */
class JavaEngineHttp2Spec :
    FunSpec({
        // guards against a hang
        timeout = 60_000

        test("the JDK's engine takes any body of no announced length over HTTP/2, which shows its end") {
            val keys = Certificates.keyStore("HTTP/2", "RSA", "ip:127.0.0.1")
            MockWebServer().use { server ->
                server.useHttps(context(keys).socketFactory)
                server.protocols = listOf(Protocol.HTTP_2, Protocol.HTTP_1_1)
                server.enqueue(
                    MockResponse
                        .Builder()
                        .body("a text")
                        .removeHeader("content-length")
                        .build(),
                )
                server.start(InetAddress.getByName("127.0.0.1"), 0)
                HttpEngine.JAVA.open { tls { trustPem(Certificates.certificatePem(keys)) } }.use { transport ->
                    val answer = transport.send(HttpRequest("GET", "https://127.0.0.1:${server.port}/"))

                    answer.headers["content-length"] shouldBe null
                    answer.bodyText() shouldBe "a text"
                }
            }
        }
    })
