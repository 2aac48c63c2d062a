package dev.openidclient.spring;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncResourceAccess;
import dev.openidclient.resource.ResourceAuthorization;
import dev.openidclient.resource.Verdict;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.util.ClassUtils;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClientRequest;

/**
 * Puts tokens on the requests of a {@code WebClient}, and sends a request once more where its token, or the nonce of its
 * proof, is refused. Every {@code WebClient.Builder} of Spring Boot has it, for the origins that the properties allow;
 * {@link #of} is for others.
 *
 * <p>A request with a body is sent once more only where it says {@link #repeatable}: of a body that is a stream nobody
 * could tell. Without that the caller gets the 401, and the next request has another token.
 *
 * <p>The connector below must not follow redirects: it would hand tokens on to other hosts. Spring Boot's does not as soon as
 * the properties allow an origin, nor does one with an SSL bundle of {@code WebClientSsl}. One of the application's own must
 * be told where its engine follows by default, as Apache's and Jetty's; with Reactor Netty's {@code followRedirect(true)} a
 * request fails with {@link IllegalStateException} before its token is sent.
 *
 * <p>A request with an {@code Authorization} header of its own is left alone.
 */
public final class WebClientAuthorization implements ExchangeFilterFunction {
    private static final String REPEATABLE = WebClientAuthorization.class.getName() + ".repeatable";

    private static final boolean HAS_REACTOR_NETTY = ClassUtils.isPresent(
            "reactor.netty.http.client.HttpClientRequest", WebClientAuthorization.class.getClassLoader());

    private final Function<String, Optional<AsyncResourceAccess>> accesses;

    WebClientAuthorization(Function<String, Optional<AsyncResourceAccess>> accesses) {
        this.accesses = accesses;
    }

    /** With the tokens of {@code access}, for the origins that it allows. */
    public static WebClientAuthorization of(AsyncResourceAccess access) {
        return new WebClientAuthorization(url -> access.isAllowed(url) ? Optional.of(access) : Optional.empty());
    }

    /** With the tokens of whichever of {@code clients} allows the origin of a request. */
    public static WebClientAuthorization of(OpenIdClients clients) {
        return new WebClientAuthorization(clients::accessTo);
    }

    /** Says that the body of a request can be sent again: {@code client.post().attributes(repeatable())}. */
    public static Consumer<Map<String, Object>> repeatable() {
        return attributes -> attributes.put(REPEATABLE, true);
    }

    @Override
    public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
        Optional<AsyncResourceAccess> found = accesses.apply(request.url().toString());
        if (found.isEmpty() || request.headers().getFirst(HttpHeaders.AUTHORIZATION) != null) {
            return next.exchange(request);
        }
        return send(found.get(), request, next, null);
    }

    private static Mono<ClientResponse> send(
            AsyncResourceAccess access,
            ClientRequest request,
            ExchangeFunction next,
            @Nullable ResourceAuthorization after) {
        String url = request.url().toString();
        return mono(() -> access.authorize(request.method().name(), url, null, after))
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .flatMap(authorization -> authorization.isEmpty()
                        ? next.exchange(request)
                        : next.exchange(authorized(request, authorization.get()))
                                .flatMap(response -> judged(access, request, next, authorization.get(), response)));
    }

    private static Mono<ClientResponse> judged(
            AsyncResourceAccess access,
            ClientRequest request,
            ExchangeFunction next,
            ResourceAuthorization authorization,
            ClientResponse response) {
        var headers = SpringHeaders.read(response.headers().asHttpHeaders());
        int status = response.statusCode().value();
        return mono(() -> access.judge(authorization, status, headers, isRepeatable(request)))
                .onErrorResume(e -> discarded(response).then(Mono.error(e)))
                .flatMap(verdict -> verdict == Verdict.DELIVER
                        ? Mono.just(response)
                        : discarded(response).then(Mono.defer(() -> send(access, request, next, authorization))));
    }

    private static ClientRequest authorized(ClientRequest request, ResourceAuthorization authorization) {
        return ClientRequest.from(request)
                .headers(headers -> authorization.getHeaders().toMap().forEach(headers::put))
                .httpRequest(sent -> {
                    if (HAS_REACTOR_NETTY) {
                        ReactorNetty.refuseRedirects(sent.getNativeRequest());
                    }
                })
                .build();
    }

    private static boolean isRepeatable(ClientRequest request) {
        return request.body() == BodyInserters.empty()
                || request.attribute(REPEATABLE).isPresent();
    }

    /** Without reading on to the end. */
    private static Mono<Void> discarded(ClientResponse response) {
        return response.bodyToFlux(DataBuffer.class)
                .doOnNext(DataBufferUtils::release)
                .take(0, false) // subscribes, and hangs up: without that the connection is never given back
                .then();
    }

    private static final class ReactorNetty {
        /** It calls this anew, headers and all, for each redirect that it follows. */
        static void refuseRedirects(Object request) {
            if (request instanceof HttpClientRequest sent && sent.isFollowRedirect()) {
                throw new IllegalStateException("the HttpClient of this WebClient follows redirects, which would hand"
                        + " tokens on to other hosts: make its connector of one with followRedirect(false)");
            }
        }
    }

    private static <T> Mono<T> mono(Supplier<CompletableFuture<T>> future) {
        return Mono.fromFuture(future).onErrorMap(AsyncErrors::unwrap);
    }

    @Override
    public String toString() {
        return "WebClientAuthorization";
    }
}
