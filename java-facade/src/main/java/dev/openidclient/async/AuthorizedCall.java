package dev.openidclient.async;

import dev.openidclient.http.HttpHeaders;
import dev.openidclient.resource.ResourceAuthorization;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** A request to an allowed origin, however often it is sent. */
final class AuthorizedCall<T> {
    private final HttpClient client;
    private final AsyncResourceAccess access;
    private final @Nullable AsyncTokenSource tokens;
    private final HttpRequest request;
    private final BodyHandler<T> handler;
    private final @Nullable PushPromiseHandler<T> pushes;

    private final CompletableFuture<HttpResponse<T>> result = new CompletableFuture<>();
    private volatile @Nullable Future<?> current;

    AuthorizedCall(
            HttpClient client,
            AsyncResourceAccess access,
            @Nullable AsyncTokenSource tokens,
            HttpRequest request,
            BodyHandler<T> handler,
            @Nullable PushPromiseHandler<T> pushes) {
        this.client = client;
        this.access = access;
        this.tokens = tokens;
        this.request = request;
        this.handler = handler;
        this.pushes = pushes;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the result is what its caller has
    CompletableFuture<HttpResponse<T>> begin() {
        result.whenComplete((answer, failure) -> cancelCurrent());
        authorize(null);
        return result;
    }

    private void cancelCurrent() {
        Future<?> running = current;
        if (running != null) {
            running.cancel(true);
        }
    }

    /** Nothing runs on that nobody waits for. */
    private <V> CompletableFuture<V> awaited(CompletableFuture<V> running) {
        current = running;
        if (result.isDone()) {
            running.cancel(true);
        }
        return running;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it goes on in the result
    private void authorize(@Nullable ResourceAuthorization after) {
        String url = request.uri().toString();
        awaited(access.authorize(request.method(), url, tokens, after)).whenComplete((authorization, failure) -> {
            if (failure != null) {
                result.completeExceptionally(AsyncErrors.unwrap(failure));
            } else {
                attempt(authorization);
            }
        });
    }

    /** {@code authorization} is never null here: the origin is allowed. */
    private void attempt(@Nullable ResourceAuthorization authorization) {
        if (authorization == null || result.isDone()) {
            return;
        }
        try {
            send(authorization);
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it goes on in the result
    private void send(ResourceAuthorization authorization) {
        var authorized =
                new AuthorizedRequest(request, authorization.getHeaders().toMap());
        var body = new AtomicReference<JudgedBody<T>>();
        BodyHandler<Judged<T>> judging = info -> {
            var judged = new JudgedBody<>(
                    access.judge(
                            authorization,
                            info.statusCode(),
                            HttpHeaders.received(info.headers().map())),
                    () -> handler.apply(info));
            body.set(judged);
            return judged;
        };
        CompletableFuture<HttpResponse<Judged<T>>> sent = pushes == null
                ? client.sendAsync(authorized, judging)
                : client.sendAsync(authorized, judging, new Pushes<>(request, pushes));
        awaited(sent).whenComplete((answer, failure) -> {
            JudgedBody<T> judged = body.get();
            // over HTTP/2 the end of a stream that is not read is a failure
            if (judged != null && judged.isDiscarded()) {
                authorize(authorization);
            } else if (failure != null) {
                result.completeExceptionally(AsyncErrors.unwrap(failure));
            } else {
                result.complete(new Answer<>(answer, request));
            }
        });
    }

    /**
     * What the server sends without having been asked is the caller's, whatever becomes of the request; a promise of
     * another origin is refused, for nobody vouches for that one here (RFC 9113 §8.4).
     */
    private static final class Pushes<T> implements PushPromiseHandler<Judged<T>> {
        private final HttpRequest request;
        private final PushPromiseHandler<T> pushes;

        Pushes(HttpRequest request, PushPromiseHandler<T> pushes) {
            this.request = request;
            this.pushes = pushes;
        }

        @Override
        public void applyPushPromise(
                HttpRequest initiating,
                HttpRequest pushed,
                Function<BodyHandler<Judged<T>>, CompletableFuture<HttpResponse<Judged<T>>>> acceptor) {
            if (!originOf(pushed).equals(originOf(request))) {
                return;
            }
            pushes.applyPushPromise(
                    request,
                    pushed,
                    handler -> acceptor.apply(
                                    info -> HttpResponse.BodySubscribers.mapping(handler.apply(info), Judged::of))
                            .thenApply(answer -> new Answer<>(answer, answer.request())));
        }

        private static String originOf(HttpRequest request) {
            URI uri = request.uri();
            int port = uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
            return (uri.getScheme() + "://" + uri.getHost() + ":" + port).toLowerCase(Locale.ROOT);
        }
    }

    /** An answer as its caller sees it. */
    private static final class Answer<T> implements HttpResponse<T> {
        private final HttpResponse<Judged<T>> answer;
        private final HttpRequest request;

        Answer(HttpResponse<Judged<T>> answer, HttpRequest request) {
            this.answer = answer;
            this.request = request;
        }

        @Override
        public int statusCode() {
            return answer.statusCode();
        }

        @Override
        public HttpRequest request() {
            return request;
        }

        @Override
        public Optional<HttpResponse<T>> previousResponse() {
            return answer.previousResponse().map(previous -> new Answer<>(previous, request));
        }

        @Override
        public java.net.http.HttpHeaders headers() {
            return answer.headers();
        }

        @Override
        @SuppressWarnings("NullAway") // a body handler may bring null, as discarding() does
        public T body() {
            return answer.body() == null ? null : answer.body().value();
        }

        @Override
        public Optional<SSLSession> sslSession() {
            return answer.sslSession();
        }

        @Override
        public URI uri() {
            return answer.uri();
        }

        @Override
        public HttpClient.Version version() {
            return answer.version();
        }

        @Override
        public String toString() {
            return answer.toString();
        }
    }
}
