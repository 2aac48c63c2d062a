package dev.openidclient.samples.recipes

import dev.openidclient.agent.McpAccess
import dev.openidclient.authorization.AuthorizationHandler
import dev.openidclient.client.Connection
import dev.openidclient.http.HttpBody
import dev.openidclient.http.HttpResponse

/** One for each MCP server and person: it finds who gives tokens, and lets the person agree when that is needed. */
fun mcpAccess(
    url: String,
    browser: AuthorizationHandler,
    connection: Connection,
): McpAccess =
    McpAccess(url) {
        metadataDocument("https://app.example.com/oauth/client.json") // where the server takes such documents
        register { clientName("My agent") } // where it does not
        authorize = browser // LoopbackRedirect.authorization { url -> … }
        this.connection = connection
    }

/** The answer to a message of JSON-RPC. */
suspend fun callMcp(
    mcp: McpAccess,
    message: String,
): HttpResponse =
    mcp.send {
        method = "POST"
        body = HttpBody.json(message)
        header("accept", "application/json, text/event-stream")
    }
