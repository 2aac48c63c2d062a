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
        String scope = scopes.get(calledTool(body));
        if (scope != null) {
            ((GrantedAccess) request.getAttribute(AccessTokenFilter.ACCESS)).requireScopes(scope);
        }
        chain.doFilter(new Repeated(request, body), response);
    }

    /** Whatever the method is: what is no call has no name of a tool, and the MCP server answers it. */
    private static String calledTool(byte[] body) {
        try {
            JsonNode message = JsonMapper.shared().readTree(body);
            return message.path("params").path("name").asString("");
        } catch (JacksonException e) {
            return "";
        }
    }

    /** A request whose body was read, with that body. */
    private static final class Repeated extends HttpServletRequestWrapper {
        private final ByteArrayInputStream body;

        Repeated(HttpServletRequest request, byte[] body) {
            super(request);
            this.body = new ByteArrayInputStream(body);
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
