package dev.openidclient.http

import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.shouldBeClosed
import dev.openidclient.contract.LocalServer
import dev.openidclient.network.liveThreads
import dev.openidclient.resource.resource
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.serverMetadata
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain

private const val CLIENTS = 50

@OptIn(InsecureRequests::class)
class SharedTransportSpec :
    FunSpec({
        // guards against a hang
        timeout = 120_000

        fun client(shared: HttpTransport) =
            OpenIdClient(serverMetadata(), CLIENT_ID) {
                transport = shared
                allowInsecureRequests()
            }

        for (engine in HttpEngine.entries) {
            test("an opened transport serves several clients, and is open until it is closed itself: $engine") {
                val shared = engine.open()
                LocalServer { respond(body = "{}") }.use { server ->
                    repeat(2) { _ -> client(shared).use { it.resource(url(server), "t").status shouldBe 200 } }
                    server.requests.size shouldBe 2
                }
                shared.close()
                shared.close()

                shared.shouldBeClosed()
            }
        }

        test("$CLIENTS clients that share a transport need hardly more threads than one") {
            HttpEngine.JAVA.open().use { shared ->
                LocalServer { respond(body = "{}") }.use { server ->
                    client(shared).resource(url(server), "t")
                    val before = liveThreads()
                    repeat(CLIENTS) { client(shared).resource(url(server), "t") }
                    liveThreads() - before shouldBeLessThan CLIENTS / 2
                }
            }
        }

        test("the settings print no secret") {
            "${EngineSettings().tls { }.proxy { credentials("us3r", "p4ss") }}" shouldNotContain "p4ss"
        }
    })
