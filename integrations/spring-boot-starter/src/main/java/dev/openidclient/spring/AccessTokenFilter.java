package dev.openidclient.spring;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncResourceServer;
import dev.openidclient.error.OAuthException;
import dev.openidclient.error.RequestRefusedException;
import dev.openidclient.resourceserver.GrantedAccess;
import dev.openidclient.resourceserver.ResourceRequest;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets requests through that bring a valid access token, and answers the others itself, with the challenge that belongs to
 * it. What the token grants is the attribute {@link #ACCESS} of the request, and its subject the principal:
 *
 * <pre>{@code
 * @GetMapping("/orders")
 * List<Order> orders(@RequestAttribute(AccessTokenFilter.ACCESS) GrantedAccess access) {
 *     access.requireScopes("orders:read"); // 403 where it is not granted
 *     ...
 * }
 * }</pre>
 *
 * <p>Where Spring Security is there, the filter belongs into its chain, where it makes the token an authentication: {@link
 * AccessTokenAuthentication}. A request without a token goes on there, and Spring Security decides.
 *
 * <p>It also answers at the path of the resource server's metadata (RFC 9728), to everybody.
 */
public final class AccessTokenFilter implements Filter {
    /** The attribute of a request that has its {@link GrantedAccess}. */
    public static final String ACCESS = "dev.openidclient.resourceserver.GrantedAccess";

    /** What each filter's server granted. */
    private static final String JUDGED = AccessTokenFilter.class.getName() + ".judged";

    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";
    private static final Logger LOGGER = LoggerFactory.getLogger(AccessTokenFilter.class);

    private final AsyncResourceServer server;
    private final @Nullable Authenticating authenticating;

    AccessTokenFilter(AsyncResourceServer server, @Nullable Authenticating authenticating) {
        this.server = server;
        this.authenticating = authenticating;
    }

    /** A filter that answers every request without a valid token of {@code server} itself. */
    public static AccessTokenFilter of(AsyncResourceServer server) {
        return new AccessTokenFilter(server, null);
    }

    /** A filter for a chain of Spring Security: a token becomes the authentication, a request without one goes on. */
    public static AccessTokenFilter authenticating(AsyncResourceServer server) {
        return new AccessTokenFilter(server, new SpringSecurityAuthenticating());
    }

    /** Whether it is for a chain of Spring Security, and lets through what has no token. */
    boolean isAuthenticating() {
        return authenticating != null;
    }

    /** What is done around a request whose token is valid. */
    interface Authenticating {
        void around(GrantedAccess access, Filtered rest) throws IOException, ServletException;
    }

    /** The rest of the chain. */
    interface Filtered {
        void proceed() throws IOException, ServletException;
    }

    @Override
    public void doFilter(ServletRequest from, ServletResponse to, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest request = (HttpServletRequest) from;
        HttpServletResponse response = (HttpServletResponse) to;
        if (request.getRequestURI().equals(server.getMetadataPath())) {
            add(response, server.getMetadataHeaders());
            response.getOutputStream().write(server.getMetadata().toString().getBytes(StandardCharsets.UTF_8));
            return;
        }
        // a later dispatch of a request that was judged when it came: its proof is of use once
        if (request.getAttribute(JUDGED) instanceof Map<?, ?> judged
                && judged.get(server) instanceof GrantedAccess before) {
            request.setAttribute(ACCESS, before);
            proceed(before, request, response, chain);
            return;
        }
        if (authenticating != null && request.getHeader("Authorization") == null) {
            chain.doFilter(request, response);
            return;
        }
        GrantedAccess access;
        try {
            access = server.authorize(read(request)).join();
        } catch (CompletionException e) {
            refuse(response, AsyncErrors.unwrap(e));
            return;
        }
        add(response, access.getResponseHeaders());
        request.setAttribute(ACCESS, access);
        remember(access, request);
        proceed(access, request, response, chain);
    }

    private void remember(GrantedAccess access, HttpServletRequest request) {
        Map<Object, Object> judged = new HashMap<>();
        if (request.getAttribute(JUDGED) instanceof Map<?, ?> before) {
            judged.putAll(before);
        }
        judged.put(server, access);
        request.setAttribute(JUDGED, judged);
    }

    private void proceed(
            GrantedAccess access, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try {
            if (authenticating == null) {
                chain.doFilter(new Authenticated(request, access), response);
            } else {
                authenticating.around(access, () -> chain.doFilter(request, response));
            }
        } catch (RequestRefusedException e) {
            refuse(response, e);
        } catch (ServletException e) {
            // what an operation demanded and did not get
            if (!(e.getCause() instanceof RequestRefusedException refused)) {
                throw e;
            }
            refuse(response, refused);
        }
    }

    /** Answers a request that is refused; what is not its sender's fault, as keys out of reach, is a 503. */
    static void refuse(HttpServletResponse response, Throwable failure) {
        if (!(failure instanceof OAuthException)) {
            throw new CompletionException(failure);
        }
        // why: the answer says less
        LOGGER.info(failure.getMessage());
        RequestRefusedException refused = failure instanceof RequestRefusedException e ? e : null;
        response.setStatus(refused == null ? HttpServletResponse.SC_SERVICE_UNAVAILABLE : refused.getStatus());
        add(response, refused == null ? Map.of() : refused.getHeaders());
    }

    private static void add(HttpServletResponse response, Map<String, List<String>> headers) {
        headers.forEach((name, values) -> {
            response.setHeader(name, values.get(0));
            values.stream().skip(1).forEach(value -> response.addHeader(name, value));
        });
    }

    static ResourceRequest read(HttpServletRequest request) {
        String query = request.getQueryString() == null ? "" : "?" + request.getQueryString();
        Map<String, List<String>> headers = new LinkedHashMap<>();
        Collections.list(request.getHeaderNames())
                .forEach(name -> headers.put(name, Collections.list(request.getHeaders(name))));
        X509Certificate[] chain = (X509Certificate[]) request.getAttribute(CERTIFICATES);
        X509Certificate certificate = chain == null || chain.length == 0 ? null : chain[0];
        String url = request.getRequestURL() + query;
        return ResourceRequest.of(request.getMethod(), url, headers, certificate, request.getRemoteAddr());
    }

    @Override
    public String toString() {
        return "AccessTokenFilter(" + server + ")";
    }

    private static final class Authenticated extends HttpServletRequestWrapper {
        private final @Nullable Principal principal;

        Authenticated(HttpServletRequest request, GrantedAccess access) {
            super(request);
            this.principal = Caller.of(access);
        }

        @Override
        public @Nullable Principal getUserPrincipal() {
            return principal;
        }
    }
}
