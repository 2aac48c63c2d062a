package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.async.AsyncHttpTransport;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.http.HttpResponse;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** A call in flight, whose answer a transport holds back. */
@ForEachServer
class CancellationIT {
    @Parameter
    private SignInServer server;

    private final BlockingQueue<CompletableFuture<HttpResponse>> held = new LinkedBlockingQueue<>();
    private final AtomicBoolean holding = new AtomicBoolean(true);

    private AsyncOpenIdClient client() {
        return connect(server, server.getServiceClient(), settings -> {
            AsyncHttpTransport inner = AsyncHttpTransport.from(settings.getTransport());
            settings.transport(AsyncHttpTransport.toTransport(request -> {
                if (request.getMethod().equals("GET") || !holding.get()) {
                    return inner.send(request);
                }
                CompletableFuture<HttpResponse> never = new CompletableFuture<>();
                held.add(never);
                return never;
            }));
        });
    }

    private CompletableFuture<HttpResponse> inFlight() throws InterruptedException {
        return held.poll(10, TimeUnit.SECONDS);
    }

    private static void assertCancelled(CompletableFuture<HttpResponse> request) {
        assertThrows(CancellationException.class, () -> request.get(10, TimeUnit.SECONDS));
    }

    @Test
    @DisplayName("cancelling the future cancels the HTTP request, and the next call works")
    void cancel() throws InterruptedException {
        var client = client();
        var tokens = client.clientCredentialsGrant();
        var request = inFlight();
        assertTrue(tokens.cancel(true));
        assertCancelled(request);

        holding.set(false);
        assertFalse(await(client.clientCredentialsGrant()).getAccessToken().isEmpty());
    }

    @Test
    @DisplayName("a timeout of the caller's own cancels the HTTP request")
    void orTimeout() throws InterruptedException {
        var tokens = client().clientCredentialsGrant().orTimeout(50, TimeUnit.MILLISECONDS);
        failure(TimeoutException.class, tokens);
        assertCancelled(inFlight());
    }

    @Test
    @DisplayName("closing the client ends its calls")
    void close() throws InterruptedException {
        var client = client();
        var tokens = client.clientCredentialsGrant();
        var request = inFlight();
        client.close();
        assertCancelled(request);
        assertThrows(CancellationException.class, () -> tokens.get(10, TimeUnit.SECONDS));
        failure(IllegalStateException.class, client.clientCredentialsGrant());
    }
}
