package dev.openidclient.samples.mcp;

import dev.openidclient.resourceserver.GrantedAccess;
import dev.openidclient.samples.resourceserver.AccessTokenFilter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Demands the scope of the tool that is called. MCP wants it as an answer of HTTP, 403 {@code insufficient_scope}, which
 * no tool can give any more: so the call is looked at before. Behind {@link AccessTokenFilter}, which answers.
 */
final class ToolScopes extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final int MAXIMUM_SIZE = 64 * 1024;

    private final transient Map<String, String> scopes;

    ToolScopes(Map<String, String> scopes) {
        this.scopes = scopes;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        byte[] body = request.getInputStream().readNBytes(MAXIMUM_SIZE + 1);
        if (body.length > MAXIMUM_SIZE) {
            response.setStatus(HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE);
            return;
        }
        String tool;
        try {
            tool = calledTool(body);
        } catch (JacksonException | IllegalArgumentException e) {
            // what is read otherwise than the MCP server reads it gets nowhere
            response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
            return;
        }
        String scope = scopes.get(tool);
        if (scope != null) {
            ((GrantedAccess) request.getAttribute(AccessTokenFilter.ACCESS)).requireScopes(scope);
        }
        chain.doFilter(new Repeated(request, body), response);
    }

    /** Whatever the method is: what is no call has no name of a tool, and the MCP server answers it. */
    private static String calledTool(byte[] body) {
        if (body.length == 0) {
            return "";
        }
        JsonNode message = JsonMapper.shared().readTree(body);
        if (!message.isObject()) {
            throw new IllegalArgumentException("a message of JSON-RPC is an object");
        }
        return message.path("params").path("name").asString("");
    }

    /** A request whose body was read, with that body. */
    private static final class Repeated extends HttpServletRequestWrapper {
        private final ByteArrayInputStream body;

        Repeated(HttpServletRequest request, byte[] body) {
            super(request);
            this.body = new ByteArrayInputStream(body);
        }

        /** That in which the tool's name was read. */
        @Override
        public String getCharacterEncoding() {
            return StandardCharsets.UTF_8.name();
        }

        @Override
        public BufferedReader getReader() {
            return new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        }

        @Override
        public ServletInputStream getInputStream() {
            return new ServletInputStream() {
                @Override
                public int read() {
                    return body.read();
                }

                @Override
                public boolean isFinished() {
                    return body.available() == 0;
                }

                @Override
                public boolean isReady() {
                    return true;
                }

                @Override
                public void setReadListener(ReadListener listener) {
                    throw new UnsupportedOperationException("the body is there already: read it");
                }
            };
        }
    }
}
