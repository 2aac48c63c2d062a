package dev.openidclient.spring;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncResourceServer;
import dev.openidclient.error.OAuthException;
import dev.openidclient.error.RequestRefusedException;
import dev.openidclient.resourceserver.GrantedAccess;
import dev.openidclient.resourceserver.ResourceRequest;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.SslInfo;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.util.ClassUtils;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * {@link AccessTokenFilter} for reactive applications (WebFlux): lets requests through that bring a valid access token, and
 * answers the others itself. What the token grants is the attribute {@link #ACCESS} of the exchange, and its subject the
 * principal. No thread waits.
 *
 * <p>It stands before the chains of Spring Security, where that is there, and the token is its authentication: {@link
 * AccessTokenAuthentication}, with an authority {@code SCOPE_…} for each scope.
 *
 * <p>It also answers at the path of the resource server's metadata (RFC 9728), to everybody.
 */
public final class AccessTokenWebFilter implements WebFilter, Ordered {
    /** The attribute of an exchange that has its {@link GrantedAccess}. */
    public static final String ACCESS = AccessTokenFilter.ACCESS;

    /** Before Spring Security's chains, which are at -100. */
    private static final int ORDER = -200;

    private static final Logger LOGGER = LoggerFactory.getLogger(AccessTokenWebFilter.class);
    private static final boolean HAS_SPRING_SECURITY = ClassUtils.isPresent(
            "org.springframework.security.core.context.ReactiveSecurityContextHolder",
            AccessTokenWebFilter.class.getClassLoader());

    private final AsyncResourceServer server;
    private final List<PathPattern> paths;
    private final boolean hasSpringSecurity;

    private AccessTokenWebFilter(AsyncResourceServer server, List<PathPattern> paths, boolean hasSpringSecurity) {
        this.server = server;
        this.paths = paths;
        this.hasSpringSecurity = hasSpringSecurity;
    }

    /**
     * A filter for the requests to {@code paths}, as {@code /api/*}: that and everything below it; without any, for all.
     *
     * @throws IllegalArgumentException where one of them is no path, or does not begin with a slash
     */
    public static AccessTokenWebFilter of(AsyncResourceServer server, String... paths) {
        return of(server, paths.length == 0 ? List.of("/*") : List.of(paths), HAS_SPRING_SECURITY);
    }

    static AccessTokenWebFilter of(AsyncResourceServer server, List<String> paths, boolean hasSpringSecurity) {
        List<PathPattern> patterns =
                paths.stream().map(AccessTokenWebFilter::pattern).toList();
        return new AccessTokenWebFilter(server, patterns, hasSpringSecurity);
    }

    /** As in the pattern of a servlet's filter, a star at the end is for every path below. */
    private static PathPattern pattern(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException(
                    "\"" + path + "\" is no path of requests: it has to begin with \"/\", as /api/*");
        }
        return PathPatternParser.defaultInstance.parse(path.endsWith("/*") ? path + "*" : path);
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        PathContainer path = exchange.getRequest().getPath().pathWithinApplication();
        ServerHttpResponse response = exchange.getResponse();
        if (path.value().equals(server.getMetadataPath())) {
            add(response, server.getMetadataHeaders());
            byte[] metadata = server.getMetadata().toString().getBytes(StandardCharsets.UTF_8);
            return response.writeWith(Mono.just(response.bufferFactory().wrap(metadata)));
        }
        if (paths.stream().noneMatch(it -> it.matches(path))) {
            return chain.filter(exchange);
        }
        return Mono.fromFuture(() -> server.authorize(read(exchange.getRequest())))
                .map(Optional::of)
                // here, and not at the end: what the rest of the chain fails with is its own
                .onErrorResume(e -> refuse(response, AsyncErrors.unwrap(e)).thenReturn(Optional.empty()))
                .flatMap(access -> access.isEmpty() ? Mono.empty() : proceed(access.get(), exchange, chain));
    }

    private Mono<Void> proceed(GrantedAccess access, ServerWebExchange exchange, WebFilterChain chain) {
        exchange.getAttributes().put(ACCESS, access);
        add(exchange.getResponse(), access.getResponseHeaders());
        Principal caller = Caller.of(access);
        ServerWebExchange known = caller == null
                ? exchange
                : exchange.mutate().principal(Mono.just(caller)).build();
        Mono<Void> rest = chain.filter(known)
                // what an operation demanded and did not get
                .onErrorResume(RequestRefusedException.class, e -> refuse(exchange.getResponse(), e));
        return hasSpringSecurity ? rest.contextWrite(SpringSecurity.authentication(access)) : rest;
    }

    private static Mono<Void> refuse(ServerHttpResponse response, Throwable failure) {
        if (!(failure instanceof OAuthException) || response.isCommitted()) {
            return Mono.error(failure);
        }
        // why: the answer says less
        LOGGER.info(failure.getMessage());
        RequestRefusedException refused = failure instanceof RequestRefusedException e ? e : null;
        response.setStatusCode(HttpStatusCode.valueOf(refused == null ? 503 : refused.getStatus()));
        add(response, refused == null ? Map.of() : refused.getHeaders());
        return response.setComplete();
    }

    private static void add(ServerHttpResponse response, Map<String, List<String>> headers) {
        headers.forEach((name, values) -> response.getHeaders().put(name, values));
    }

    private static ResourceRequest read(ServerHttpRequest request) {
        InetSocketAddress peer = request.getRemoteAddress();
        SslInfo tls = request.getSslInfo();
        X509Certificate[] chain = tls == null ? null : tls.getPeerCertificates();
        return new ResourceRequest(
                request.getMethod().name(),
                request.getURI().toString(),
                SpringHeaders.read(request.getHeaders()),
                chain == null || chain.length == 0 ? null : chain[0],
                address(peer));
    }

    private static @Nullable String address(@Nullable InetSocketAddress peer) {
        return peer == null || peer.getAddress() == null
                ? null
                : peer.getAddress().getHostAddress();
    }

    @Override
    public String toString() {
        return "AccessTokenWebFilter(" + server + ", " + paths + ")";
    }

    /** A class of its own: its types need not be there. */
    private static final class SpringSecurity {
        static Context authentication(GrantedAccess access) {
            return ReactiveSecurityContextHolder.withAuthentication(new AccessTokenAuthentication(access));
        }
    }
}
