package dev.openidclient.async;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * An {@link HttpClient} that puts the tokens of an {@link AsyncResourceAccess} on its requests: as Bearer, or with a
 * new DPoP proof for each send. Requests to other origins, and those that have an {@code Authorization} header of their
 * own, are sent as they are. Where the token is refused, or a DPoP nonce is wanted, the request is sent again as {@link
 * AsyncResourceAccess#judge} says: three times at the most, and the caller sees the last answer only.
 *
 * <p>Bodies of any size go through as they come, in both directions; nothing is kept. A request that is sent again is
 * published again, as {@link java.net.http.HttpRequest.BodyPublisher} promises: so the supplier of {@code
 * BodyPublishers.ofInputStream} has to supply a new stream each time. The timeout of a request is for each send.
 *
 * <p>The future of {@link #sendAsync} fails as those of the {@link HttpClient} and of the token source do; without a
 * token nothing is sent. Cancelling it, or completing it in any other way, ends the request. {@link #send} throws these
 * failures themselves. {@link HttpResponse#request} of an answer is the caller's request, without the token.
 *
 * <p>What a server pushes ({@link PushPromiseHandler}) is the caller's as it comes: a pushed answer is not judged, and
 * neither its request nor the one that the handler is given has the token. A promise that comes with an answer that is
 * discarded is the caller's too. A promise of another origin than the request's is refused.
 *
 * <p>Where {@code java.net.http} is absent, as on Android, this class cannot be used, and nothing else needs it.
 * Closing it, where the JDK can, leaves the client that it is made of open.
 */
public final class AuthorizedHttpClient extends HttpClient {
    private final HttpClient client;
    private final AsyncResourceAccess access;
    private final @Nullable AsyncTokenSource tokens;

    private AuthorizedHttpClient(HttpClient client, AsyncResourceAccess access, @Nullable AsyncTokenSource tokens) {
        this.client = client;
        this.access = access;
        this.tokens = tokens;
    }

    /**
     * {@code client} with the tokens of {@code access}.
     *
     * @throws IllegalArgumentException where {@code client} follows redirects: it would take the token along to
     * whatever     host an answer names
     */
    public static AuthorizedHttpClient of(AsyncResourceAccess access, HttpClient client) {
        requireNonNull(access, "access");
        if (requireNonNull(client, "client").followRedirects() != Redirect.NEVER) {
            throw new IllegalArgumentException(
                    "the client must not follow redirects, for it would take the token along to "
                            + "whatever host an answer names, but its followRedirects is " + client.followRedirects()
                            + ": leave it at Redirect.NEVER");
        }
        return new AuthorizedHttpClient(client, access, null);
    }

    /** The same client with the tokens of another source, as of another person: for some of the requests. */
    public AuthorizedHttpClient withTokens(AsyncTokenSource tokens) {
        return new AuthorizedHttpClient(client, access, requireNonNull(tokens, "tokens"));
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> responseBodyHandler)
            throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<T>> answer = sendAsync(request, responseBodyHandler, null);
        try {
            return answer.get();
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            throw thrown(AsyncErrors.unwrap(e));
        }
    }

    /** Returns what may be thrown as an {@link IOException}, and throws what may be thrown anywhere. */
    private static IOException thrown(Throwable failure) {
        if (failure instanceof RuntimeException) {
            throw (RuntimeException) failure;
        }
        if (failure instanceof Error) {
            throw (Error) failure;
        }
        return failure instanceof IOException ? (IOException) failure : new IOException(failure);
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> responseBodyHandler) {
        return sendAsync(request, responseBodyHandler, null);
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request,
            BodyHandler<T> responseBodyHandler,
            @Nullable PushPromiseHandler<T> pushPromiseHandler) {
        requireNonNull(request, "request");
        requireNonNull(responseBodyHandler, "responseBodyHandler");
        boolean isTheirs = request.headers().firstValue("authorization").isPresent();
        if (isTheirs || !access.isAllowed(request.uri().toString())) {
            return pushPromiseHandler == null
                    ? client.sendAsync(request, responseBodyHandler)
                    : client.sendAsync(request, responseBodyHandler, pushPromiseHandler);
        }
        return new AuthorizedCall<>(client, access, tokens, request, responseBodyHandler, pushPromiseHandler).begin();
    }

    /**
     * Is not supported: a web socket is opened with the {@link HttpClient} itself, and the headers of {@link
     * AsyncResourceAccess#authorize}.
     */
    @Override
    public WebSocket.Builder newWebSocketBuilder() {
        throw new UnsupportedOperationException(
                "open the web socket with the HttpClient itself and the headers of access.authorize(\"GET\", url)");
    }

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return client.cookieHandler();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return client.connectTimeout();
    }

    @Override
    public Redirect followRedirects() {
        return client.followRedirects();
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return client.proxy();
    }

    @Override
    public SSLContext sslContext() {
        return client.sslContext();
    }

    @Override
    public SSLParameters sslParameters() {
        return client.sslParameters();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return client.authenticator();
    }

    @Override
    public Version version() {
        return client.version();
    }

    @Override
    public Optional<Executor> executor() {
        return client.executor();
    }

    @Override
    public String toString() {
        return "AuthorizedHttpClient(" + access + ")";
    }
}
