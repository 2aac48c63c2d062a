package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncMcpAccess;
import dev.openidclient.authorization.AuthorizationHandler;
import dev.openidclient.client.Connection;
import dev.openidclient.http.HttpBody;
import dev.openidclient.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

public final class McpCalls {
    private McpCalls() {}

    /** One for each MCP server and person: it finds who gives tokens, and lets the person agree when that is needed. */
    public static AsyncMcpAccess mcpAccess(String url, AuthorizationHandler browser, Connection connection) {
        return AsyncMcpAccess.of(
                url,
                s -> s.metadataDocument("https://app.example.com/oauth/client.json") // where the server takes those
                        .register(client -> client.clientName("My agent")) // where it does not
                        .authorize(browser) // AsyncLoopbackRedirect.authorization(url -> …)
                        .connection(connection));
    }

    /** The answer to a message of JSON-RPC. */
    public static CompletableFuture<HttpResponse> callMcp(AsyncMcpAccess mcp, String message) {
        return mcp.send(request -> request.method("POST")
                .body(HttpBody.json(message))
                .header("accept", "application/json, text/event-stream"));
    }
}
