package dev.openidclient.integration

import dev.openidclient.http.HttpEngine
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.KtorTransport
import dev.openidclient.okhttp.OkHttpTransport
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.userinfo.userInfo
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe
import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import java.util.concurrent.ConcurrentLinkedQueue

/** The client's own engines, closed with it, and a transport around one of them. */
class HttpEnginesIntegrationSpec :
    StringSpec({
        for (server in SignInServer.all()) {
            for (engine in listOf(HttpEngine.JAVA, HttpEngine.CIO, HttpEngine.AUTOMATIC)) {
                "$server: a person signs in through the engine $engine" {
                    val client =
                        server.connect {
                            transport = null
                            this.engine = engine
                            nonRepudiationChecks()
                        }
                    client.use {
                        val tokens = it.signIn(server.browser()) { server.askForRefreshToken(this) }
                        it.userInfo(it.refreshTokenGrant(tokens)).subject shouldBe "alice"
                    }
                }
            }

            "$server: a person signs in through OkHttp" {
                OkHttpTransport.open().use { okHttp ->
                    val client =
                        server.connect {
                            transport = okHttp
                            nonRepudiationChecks()
                        }
                    val tokens = client.signIn(server.browser()) { server.askForRefreshToken(this) }
                    client.userInfo(client.refreshTokenGrant(tokens)).subject shouldBe "alice"
                }
            }

            "$server: all requests go through the transport that is given" {
                val sent = ConcurrentLinkedQueue<String>()
                HttpClient(CIO).use { http ->
                    val inner = KtorTransport(http)
                    val client =
                        server.connect {
                            transport =
                                HttpTransport { request ->
                                    sent.add(request.method)
                                    inner.send(request.withHeader("x-tenant", "a"))
                                }
                        }
                    client.userInfo(client.signIn(server.browser()))
                }
                sent.toList() shouldBe listOf("GET", "POST", "GET")
            }
        }
    })
