package dev.openidclient.async;

import static java.util.Objects.requireNonNull;

import dev.openidclient.http.HttpRequest;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.http.HttpTransport;
import java.io.IOException;
import java.util.concurrent.CompletionStage;

/**
 * Sends one HTTP request and receives the whole answer: an {@link HttpTransport} for Java, with the same duties (no
 * retry, no redirect, answers of every status, a bounded body).
 *
 * <pre>{@code
 * AsyncHttpTransport inner = AsyncHttpTransport.from(new KtorTransport(httpClient));
 * AsyncHttpTransport outer = request -> inner.send(request.withHeader("x-tenant", "a"));
 * settings.transport(AsyncHttpTransport.toTransport(outer));
 * }</pre>
 *
 * <p>The page {@code docs/engines.md} shows one transport for many clients; {@code docs/testing.md} one that answers in
 * tests, {@code docs/split-horizon.md} one for a server that has another name here.
 */
@FunctionalInterface
public interface AsyncHttpTransport {
    /**
     * Starts to send {@code request}; may be called from many threads at once, and must not block.
     *
     * <p>The stage completes with the answer of the server, whatever its status. It fails where there is no answer:
     * with a {@link dev.openidclient.error.TransportException}, or with an {@link IOException}, which is turned into
     * one, as is a stage that was cancelled.
     *
     * <p>Where the call is cancelled or its time is up, the stage is told so by {@code cancel(true)} if it is a {@link
     * java.util.concurrent.Future}. A stage that is derived by {@code thenApply} and the like does not pass that on by
     * itself, except those of {@code java.net.http.HttpClient.sendAsync}.
     */
    CompletionStage<HttpResponse> send(HttpRequest request);

    /** {@code transport} as the {@code transport} setting takes it. */
    static HttpTransport toTransport(AsyncHttpTransport transport) {
        requireNonNull(transport, "transport");
        // one that somebody else cancels brings no answer
        return (request, continuation) ->
                AwaitedStage.await(transport.send(request), "the transport", IOException::new, continuation);
    }

    /**
     * {@code transport} for Java, to be wrapped. Cancelling a stage of the result, which is a future, cancels the
     * request.
     */
    static AsyncHttpTransport from(HttpTransport transport) {
        requireNonNull(transport, "transport");
        return request -> Calls.UNOWNED.future(continuation -> transport.send(request, continuation));
    }
}
