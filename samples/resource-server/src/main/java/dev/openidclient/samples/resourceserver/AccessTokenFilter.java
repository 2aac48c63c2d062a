package dev.openidclient.samples.resourceserver;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncResourceServer;
import dev.openidclient.error.OAuthException;
import dev.openidclient.error.RequestRefusedException;
import dev.openidclient.resourceserver.GrantedAccess;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** A filter for requests that a resource server takes, in any Jakarta servlet container; with Spring MVC as a bean. */
public final class AccessTokenFilter implements Filter {
    /** The attribute of a request that has its {@link GrantedAccess}. */
    public static final String ACCESS = GrantedAccess.class.getName();

    private static final Logger LOGGER = System.getLogger("api");

    private final AsyncResourceServer server;
    private final Consumer<GrantedAccess> needs;

    /** {@code needs} demands what all operations behind the filter need, as {@code it -> it.requireScopes("orders")}. */
    public AccessTokenFilter(AsyncResourceServer server, Consumer<GrantedAccess> needs) {
        this.server = server;
        this.needs = needs;
    }

    @Override
    public void doFilter(ServletRequest from, ServletResponse to, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest request = (HttpServletRequest) from;
        HttpServletResponse response = (HttpServletResponse) to;
        if (request.getDispatcherType() == DispatcherType.ASYNC) { // judged when it came
            chain.doFilter(request, response);
            return;
        }
        if (request.getRequestURI().equals(server.getMetadataPath())) { // where challenges point
            add(response, server.getMetadataHeaders());
            response.getOutputStream().write(server.getMetadata().toString().getBytes(StandardCharsets.UTF_8));
            return;
        }
        GrantedAccess access;
        try {
            access = server.authorize(ServletRequests.read(request)).join();
            needs.accept(access);
        } catch (CompletionException | OAuthException e) {
            refuse(response, AsyncErrors.unwrap(e));
            return;
        }
        add(response, access.getResponseHeaders());
        request.setAttribute(ACCESS, access);
        try {
            chain.doFilter(new Authenticated(request, access::getSubject), response);
        } catch (RequestRefusedException e) { // an operation demands more
            refuse(response, e);
        }
    }

    /** The answer to a request that is refused; what is not its sender's fault, as keys out of reach, is a 503. */
    public static void refuse(HttpServletResponse response, Throwable failure) {
        if (!(failure instanceof OAuthException)) {
            throw new CompletionException(failure);
        }
        LOGGER.log(Level.INFO, failure.getMessage()); // why: the answer says less
        RequestRefusedException refused = failure instanceof RequestRefusedException e ? e : null;
        response.setStatus(refused == null ? HttpServletResponse.SC_SERVICE_UNAVAILABLE : refused.getStatus());
        add(response, refused == null ? Map.of() : refused.getHeaders());
    }

    static void add(HttpServletResponse response, Map<String, List<String>> headers) {
        headers.forEach((name, values) -> {
            response.setHeader(name, values.get(0));
            values.stream().skip(1).forEach(value -> response.addHeader(name, value));
        });
    }

    private static final class Authenticated extends HttpServletRequestWrapper {
        private final Principal principal;

        Authenticated(HttpServletRequest request, Principal principal) {
            super(request);
            this.principal = principal;
        }

        @Override
        public Principal getUserPrincipal() {
            return principal;
        }
    }
}
