package dev.openidclient.samples.mcp;

import dev.openidclient.async.AsyncResourceServer;
import dev.openidclient.samples.resourceserver.AccessTokenFilter;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpStatelessSyncServer;
import io.modelcontextprotocol.server.transport.HttpServletStatelessServerTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** An MCP server on 127.0.0.1: with one scope an agent lists notes, with another it adds one. Stop it with close. */
public final class NotesServer implements AutoCloseable {
    public static final String READ = "notes:read";
    public static final String WRITE = "notes:write";

    private static final String PATH = "/mcp";
    private static final Map<String, Object> NOTHING = Map.of("type", "object");
    private static final Map<String, Object> TEXT = Map.of(
            "type", "object", "properties", Map.of("text", Map.of("type", "string")), "required", List.of("text"));

    private final List<String> notes = new CopyOnWriteArrayList<>(List.of("Buy coffee."));
    private final Server jetty = new Server();
    private final String url;
    private final AsyncResourceServer tokens;
    private final McpStatelessSyncServer mcp;

    private NotesServer(String issuer) throws IOException {
        ServerConnector connector = new ServerConnector(jetty);
        connector.setHost("127.0.0.1");
        connector.open();
        jetty.addConnector(connector);
        url = "http://127.0.0.1:" + connector.getLocalPort() + PATH;

        // whose tokens are taken; what it says of itself leads an agent that knows the URL alone to the issuer
        tokens = AsyncResourceServer.create(
                url,
                settings -> settings.issuer(issuer)
                        .scopesSupported(READ)
                        .resourceName("Notes")
                        // nothing here has a certificate; a server that is not on loopback has one: leave this out
                        .connection(connection -> connection.allowInsecureRequests()));
        HttpServletStatelessServerTransport transport = HttpServletStatelessServerTransport.builder()
                .messageEndpoint(PATH)
                .build();
        mcp = McpServer.sync(transport)
                .serverInfo("notes", "1.0")
                .capabilities(ServerCapabilities.builder().tools(false).build())
                .toolCall(tool("list_notes", NOTHING), (context, call) -> text(String.join("\n", notes)))
                .toolCall(tool("add_note", TEXT), (context, call) -> {
                    notes.add(String.valueOf(call.arguments().get("text")));
                    return text("There are " + notes.size() + " notes.");
                })
                .build();

        ServletContextHandler context = new ServletContextHandler("/");
        Filter filter = new AccessTokenFilter(tokens, access -> access.requireScopes(READ));
        add(context, filter, tokens.getMetadataPath());
        add(context, filter, PATH);
        add(context, new ToolScopes(Map.of("add_note", WRITE)), PATH);
        ServletHolder servlet = new ServletHolder(transport);
        servlet.setAsyncSupported(true);
        context.addServlet(servlet, PATH);
        jetty.setHandler(context);
    }

    /** Starts a server that takes the tokens of {@code issuer}, on a free port. */
    public static NotesServer start(String issuer) {
        try {
            NotesServer server = new NotesServer(issuer);
            server.jetty.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the MCP server did not start", e);
        }
    }

    /** All that an agent is told. */
    public String url() {
        return url;
    }

    @Override
    public void close() {
        try {
            jetty.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the MCP server did not stop", e);
        } finally {
            mcp.close();
            tokens.close();
        }
    }

    private static void add(ServletContextHandler context, Filter filter, String path) {
        FilterHolder holder = new FilterHolder(filter);
        holder.setAsyncSupported(true);
        context.addFilter(holder, path, EnumSet.of(DispatcherType.REQUEST));
    }

    private static Tool tool(String name, Map<String, Object> arguments) {
        return Tool.builder(name, arguments).build();
    }

    private static CallToolResult text(String text) {
        return CallToolResult.builder().addTextContent(text).build();
    }
}
