package dev.openidclient.samples.mcp;

import dev.openidclient.async.AsyncMcpAccess;
import dev.openidclient.authorization.AuthorizationHandler;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.Implementation;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** An agent made of the MCP SDK for Java. */
final class AgentInJava {
    private AgentInJava() {}

    /** Adds {@code note} at the MCP server at {@code url}, and returns what the server says to that, and all notes. */
    static List<String> addNote(String url, AuthorizationHandler person, String note) {
        URI server = URI.create(url);
        // region java-sdk
        try (AsyncMcpAccess access = AsyncMcpAccess.of(
                        url,
                        settings -> settings.register(client -> client.clientName("Notes in Java"))
                                .authorize(person)
                                .connection(connection ->
                                        connection.allowInsecureRequests())); // nothing here has a certificate
                McpSyncClient mcp = McpClient.sync(HttpClientStreamableHttpTransport.builder(
                                        server.resolve("/").toString())
                                .endpoint(server.getPath())
                                .clientBuilder(new AuthorizedClientBuilder(access.access()))
                                .build())
                        .clientInfo(
                                Implementation.builder("notes-in-java", "1.0").build())
                        .build()) {
            mcp.initialize();
            List<String> answers = new ArrayList<>();
            answers.add(call(mcp, "add_note", Map.of("text", note)));
            answers.addAll(call(mcp, "list_notes", Map.of()).lines().toList());
            return answers;
        }
        // endregion
    }

    private static String call(McpSyncClient mcp, String tool, Map<String, Object> arguments) {
        return mcp.callTool(CallToolRequest.builder(tool).arguments(arguments).build()).content().stream()
                .map(content -> ((TextContent) content).text())
                .collect(Collectors.joining());
    }
}
