package dev.openidclient.client

import dev.openidclient.contract.LocalServer
import dev.openidclient.error.TransportException
import dev.openidclient.http.HttpTransport
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout

private fun server() =
    LocalServer {
        val issuer = "http://127.0.0.1:$port"
        respond(body = """{"issuer":"$issuer","token_endpoint":"$issuer/token"}""")
    }

private val LocalServer.issuer get() = "http://127.0.0.1:$port"

/** How a client that is closed ends while [use] asks it: by one sentence, or not at all; null: by a client. */
private suspend fun endOf(use: suspend () -> Unit): String? =
    try {
        use()
        null
    } catch (e: IllegalStateException) {
        "${e.javaClass.simpleName}: ${e.message}"
    }

@OptIn(InsecureRequests::class)
class DiscoveredClientEndSpec :
    FunSpec({
        test(
            "the engine that was made for a discovered client is closed with it, and ends the clients that were handed out",
        ) {
            server().use { server ->
                val oauth = OpenIdClient.lazily(server.issuer, "app") { allowInsecureRequests() }
                val handedOut = oauth.client()
                oauth.close()
                oauth.connection.ownTransport.shouldBeClosed()
                shouldThrow<TransportException> { handedOut.clientCredentialsGrant() }
                shouldThrow<IllegalStateException> { oauth.client() }
            }
        }

        test("the engine that was made for a registry is closed with it, and ends the clients of all servers") {
            server().use { server ->
                val registry =
                    ClientRegistry {
                        allowInsecureRequests()
                        find { ClientEntry("app") }
                    }
                val handedOut = registry.client(server.issuer)
                registry.close()
                registry.close()
                registry.connection.ownTransport.shouldBeClosed()
                shouldThrow<TransportException> { handedOut.clientCredentialsGrant() }
            }
        }

        test("a connection that was given stays open for the others") {
            server().use { server ->
                Connection.open { allowInsecureRequests() }.use { shared ->
                    val oauth = OpenIdClient.lazily(server.issuer, "app") { connection = shared }
                    val registry =
                        ClientRegistry {
                            connection = shared
                            find { ClientEntry("app") }
                        }
                    oauth.client()
                    registry.client(server.issuer)
                    oauth.close()
                    registry.close()
                    OpenIdClient.discover(server.issuer, "app") { connection = shared }
                }
            }
        }

        test("the end is no failure of the server's, whatever the transport makes of it") {
            runTest {
                val world = LazyWorld(this)
                val oauth =
                    world.lazily {
                        transport =
                            HttpTransport {
                                try {
                                    awaitCancellation()
                                } catch (_: CancellationException) {
                                    error("the engine has ended")
                                }
                            }
                    }
                val waiting = async { endOf { oauth.refresh() } }
                runCurrent()
                oauth.close()
                waiting.await() shouldBe "IllegalStateException: the discovered client is closed"
                world.tokens.events.shouldBeEmpty()
            }
        }

        test("who asks a discovered client while it is closed gets a client or is told so, and nobody waits for ever") {
            val server = TestAuthorizationServer()
            val ends =
                withContext(Dispatchers.Default) {
                    withTimeout(60_000) {
                        List(ROUNDS) {
                            val oauth = OpenIdClient.lazily(server.issuer, "app") { transport = server }
                            val asking =
                                List(4) { i -> async { endOf { if (i % 2 == 0) oauth.client() else oauth.refresh() } } }
                            launch { oauth.close() }
                            asking.awaitAll()
                        }.flatten()
                    }
                }
            ends
                .filterNotNull()
                .filter { it != "IllegalStateException: the discovered client is closed" }
                .shouldBeEmpty()
        }

        test("who asks a registry while it is closed gets a client or is told so, and nobody waits for ever") {
            val server = TestAuthorizationServer()
            val ends =
                withContext(Dispatchers.Default) {
                    withTimeout(60_000) {
                        List(ROUNDS) {
                            val registry =
                                ClientRegistry {
                                    transport = server
                                    find { ClientEntry("app") }
                                }
                            val asking = List(4) { async { endOf { registry.client(server.issuer) } } }
                            launch { registry.close() }
                            asking.awaitAll()
                        }.flatten()
                    }
                }
            ends.filterNotNull().filter { it != "IllegalStateException: the client registry is closed" }.shouldBeEmpty()
        }
    })

private const val ROUNDS = 300
