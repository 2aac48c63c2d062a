package dev.openidclient.ktor

import dev.openidclient.client.InsecureRequests
import dev.openidclient.contract.LocalServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldEndWith
import io.ktor.client.HttpClient
import io.ktor.client.engine.HttpClientEngineFactory
import io.ktor.client.engine.cio.CIO
import io.ktor.client.engine.java.Java
import io.ktor.client.engine.okhttp.OkHttp
import io.ktor.client.plugins.sse.SSE
import io.ktor.client.plugins.sse.sse
import io.ktor.client.plugins.websocket.WebSockets
import io.ktor.client.plugins.websocket.webSocket
import io.ktor.client.request.prepareGet
import io.ktor.client.statement.bodyAsChannel
import io.ktor.utils.io.readRemaining
import io.ktor.websocket.Frame
import io.ktor.websocket.readText
import kotlinx.coroutines.flow.first
import kotlinx.io.readString
import java.security.MessageDigest
import java.util.Base64
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit

private const val REFUSAL = "WWW-Authenticate: Bearer error=\"invalid_token\""

/** On real sockets: what of a request only an engine shows. */
@OptIn(InsecureRequests::class)
class OAuthEnginesSpec :
    FunSpec({
        // guards against a hang
        timeout = 60_000

        val engines = mapOf<String, HttpClientEngineFactory<*>>("CIO" to CIO, "Java" to Java, "OkHttp" to OkHttp)

        suspend fun OAuthWorld.calling(
            engine: HttpClientEngineFactory<*>,
            resource: LocalServer,
            call: suspend (HttpClient) -> Unit,
        ) {
            val http =
                HttpClient(engine) {
                    install(WebSockets)
                    install(SSE)
                    install(OAuth) {
                        client = this@calling.client
                        tokens = source
                        allowInsecure("http://127.0.0.1:${resource.port}")
                    }
                }
            resource.use { http.use { call(it) } }
        }

        fun LocalServer.tokens() = requests.map { it.all("authorization").single().removePrefix("Bearer ") }

        suspend fun OAuthWorld.shouldBeRenewed(resource: LocalServer) {
            resource.requests.size shouldBe 2
            resource.tokens().distinct().size shouldBe 2
            resource.tokens().last() shouldBe source.token().accessToken
        }

        test("Ktor is of the version that these tests are to run on") {
            val expected = System.getProperty("tests.ktor")
            val location = HttpClient::class.java.protectionDomain.codeSource.location.path
            if (expected != null) location shouldEndWith "-$expected.jar"
        }

        for ((name, engine) in engines) {
            context("with the engine $name") {
                test(
                    "a 401 whose body never ends is hung up on before the second send, and the next body is streamed",
                ) {
                    inWorld {
                        val hungUp = CompletableFuture<Unit>()
                        val resource =
                            LocalServer {
                                if (requests(this@inWorld) == 0) {
                                    write("HTTP/1.1 401 Unauthorized\r\n$REFUSAL\r\nTransfer-Encoding: chunked\r\n\r\n")
                                    write("2\r\nno\r\n")
                                    awaitEnd()
                                    hungUp.complete(Unit)
                                } else {
                                    hungUp.get(10, TimeUnit.SECONDS)
                                    respond(body = "streamed")
                                }
                            }
                        calling(engine, resource) { http ->
                            val url = "http://127.0.0.1:${resource.port}/orders"
                            http.prepareGet(url).execute { answer ->
                                answer.status.value shouldBe 200
                                answer.bodyAsChannel().readRemaining().readString() shouldBe "streamed"
                            }
                            shouldBeRenewed(resource)
                        }
                    }
                }

                test("events of a server come after a renewal") {
                    inWorld {
                        val resource =
                            LocalServer {
                                if (requests(this@inWorld) == 0) {
                                    respond("401 Unauthorized", "", REFUSAL)
                                } else {
                                    write(
                                        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n",
                                    )
                                    write("data: hello\n\n")
                                    awaitEnd()
                                }
                            }
                        calling(engine, resource) { http ->
                            http.sse("http://127.0.0.1:${resource.port}/events") {
                                incoming.first().data shouldBe "hello"
                            }
                            shouldBeRenewed(resource)
                        }
                    }
                }

                test("a handshake of a WebSocket is made again after a renewal") {
                    inWorld {
                        val resource =
                            LocalServer.conversing {
                                val request = readRequest() ?: return@conversing
                                if (server.issuedAccessTokens == 1) {
                                    respond("401 Unauthorized", "", REFUSAL)
                                } else {
                                    upgrade(request)
                                }
                            }
                        calling(engine, resource) { http ->
                            http.webSocket("ws://127.0.0.1:${resource.port}/chat") {
                                (incoming.receive() as Frame.Text).readText() shouldBe "hi"
                            }
                            shouldBeRenewed(resource)
                        }
                    }
                }

                test("a handshake that is refused for good fails, after two sends") {
                    inWorld {
                        val resource = LocalServer { respond("401 Unauthorized", "", REFUSAL) }
                        calling(engine, resource) { http ->
                            shouldThrow<Exception> { http.webSocket("ws://127.0.0.1:${resource.port}/chat") {} }
                            resource.requests.size shouldBe 2
                        }
                    }
                }
            }
        }
    })

/** How many tokens were refused, as this server refuses the first one alone. */
private fun requests(world: OAuthWorld): Int = world.server.issuedAccessTokens - 1

/** RFC 6455 §4.2.2, and one text frame. */
private fun LocalServer.Connection.upgrade(request: LocalServer.RawRequest) {
    val key = request.all("sec-websocket-key").single() + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    val accept = Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(key.encodeToByteArray()))
    write(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
            "Sec-WebSocket-Accept: $accept\r\n\r\n",
    )
    write(byteArrayOf(0x81.toByte(), 2) + "hi".encodeToByteArray())
    awaitEnd()
}
