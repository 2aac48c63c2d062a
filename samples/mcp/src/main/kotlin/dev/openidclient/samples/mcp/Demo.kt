package dev.openidclient.samples.mcp

import dev.openidclient.testserver.TestAuthorizationServer
import java.util.logging.Level
import java.util.logging.Logger

/** An MCP server, and the authorization server whose tokens it takes; both on 127.0.0.1 and in this process. */
class Demo : AutoCloseable {
    // held, as java.util.logging forgets the level of a logger that nobody holds; the walk says what is refused
    private val refusals = Logger.getLogger("api").apply { level = Level.WARNING }
    val authorizationServer: TestAuthorizationServer = TestAuthorizationServer { jwtAccessTokens() }.listen()
    private val notes = NotesServer.start(authorizationServer.issuer)

    /** All that an agent is told. */
    val url: String get() = notes.url()

    override fun close() {
        notes.close()
        authorizationServer.close()
    }
}
