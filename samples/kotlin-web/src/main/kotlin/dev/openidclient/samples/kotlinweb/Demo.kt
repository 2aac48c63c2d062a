package dev.openidclient.samples.kotlinweb

import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.samples.server.EmbeddedAuthorizationServer
import java.time.Clock

/** An authorization server and a web application that signs people in there, both on loopback. */
class Demo private constructor(
    val server: EmbeddedAuthorizationServer,
    private val client: OpenIdClient,
    private val clock: Clock,
    private val shared: SharedState,
    port: Int,
) : AutoCloseable {
    private val application = startInstance(port)

    /** Where the application's home page is. */
    val url: String get() = application.url

    /** One more instance of the application, to be closed before the demo. */
    fun startInstance(port: Int = freePort(0, "web application", System.out)): WebApp =
        WebApp(client, server.apiUrl(), port, clock, shared)

    override fun close() {
        application.close()
        client.close()
        server.close()
    }

    companion object {
        /** Starts both; port 0 is any free one. */
        suspend fun start(
            port: Int = freePort(0, "web application", System.out),
            serverPort: Int = 0,
            clock: Clock = Clock.systemUTC(),
        ): Demo {
            val url = "http://127.0.0.1:$port"
            // What the application is registered with: a server sends the browser, and the code, nowhere else.
            val server = EmbeddedAuthorizationServer.start(serverPort, listOf("$url/callback"), listOf("$url/"))
            var client: OpenIdClient? = null
            var demo: Demo? = null
            try {
                client = discover(server, clock)
                demo = Demo(server, client, clock, SharedState.inMemory(clock), port)
                return demo
            } finally {
                if (demo == null) {
                    client?.close()
                    server.close()
                }
            }
        }

        @OptIn(InsecureRequests::class)
        private suspend fun discover(
            server: EmbeddedAuthorizationServer,
            clock: Clock,
        ): OpenIdClient =
            OpenIdClient.discover(server.issuer(), server.webClient().id()) {
                this.clock = clock
                authentication = ClientSecretBasic(server.webClient().secret())
                // The embedded server has no certificate. A server that is not on loopback has one: leave this out.
                allowInsecureRequests()
            }
    }
}
