package dev.openidclient.spring;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncResourceServer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.CompletionException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;

/** What Spring Security answers to a request without an access token: 401, with the challenge of the resource server. */
public final class AccessTokenEntryPoint implements AuthenticationEntryPoint {
    private final AsyncResourceServer server;

    /** With the challenge of {@code server}. */
    public AccessTokenEntryPoint(AsyncResourceServer server) {
        this.server = server;
    }

    @Override
    public void commence(
            HttpServletRequest request, HttpServletResponse response, AuthenticationException authException) {
        try {
            server.authorize(AccessTokenFilter.read(request)).join();
            // one that has a valid token does not come here but for a chain without the filter
            response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
        } catch (CompletionException e) {
            AccessTokenFilter.refuse(response, AsyncErrors.unwrap(e));
        }
    }
}
