package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static dev.openidclient.async.StubServer.CLIENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.openidclient.client.OpenIdClient;
import dev.openidclient.error.TransportException;
import dev.openidclient.http.HttpRequest;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.http.HttpTransport;
import dev.openidclient.http.KtorTransport;
import io.ktor.client.HttpClientKt;
import io.ktor.client.engine.cio.CIO;
import java.util.concurrent.Executors;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ClosingTest {
    private static final class CloseableTransport implements HttpTransport, AutoCloseable {
        boolean closed;

        @Override
        public Object send(HttpRequest request, Continuation<? super HttpResponse> continuation) {
            return StubServer.response(StubServer.TOKENS);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private final StubServer server = new StubServer().answer("/token", 200, StubServer.TOKENS);

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    @DisplayName("a call after close fails and says why")
    void laterCallsFail() {
        var client = server.client();
        client.close();
        client.close();

        var closed = failure(IllegalStateException.class, client.clientCredentialsGrant());

        assertEquals("the client is closed", closed.getMessage());
        assertEquals(0, server.received.size());
    }

    @Test
    @DisplayName("what sends nothing works after close")
    void computingGoesOn() {
        var client = server.client();
        client.close();

        assertEquals(server.issuer() + "/logout?client_id=" + CLIENT_ID, client.endSessionUrl());
    }

    @Test
    @DisplayName("close leaves a given transport and a given executor open")
    void leavesWhatWasGiven() throws Exception {
        var transport = new CloseableTransport();
        var executor = Executors.newSingleThreadExecutor();
        try {
            var client = AsyncOpenIdClient.create(
                    server.metadata(),
                    CLIENT_ID,
                    settings -> settings.allowInsecureRequests().transport(transport),
                    executor);
            success(client.clientCredentialsGrant());

            client.close();

            assertFalse(transport.closed);
            assertFalse(executor.isShutdown());
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    @DisplayName("close leaves a given Ktor transport usable")
    void leavesAKtorTransport() throws Exception {
        try (var ktor = HttpClientKt.HttpClient(CIO.INSTANCE, config -> Unit.INSTANCE)) {
            var transport = new KtorTransport(ktor);
            for (int i = 0; i < 2; i++) {
                try (var client = AsyncOpenIdClient.create(
                        server.metadata(),
                        CLIENT_ID,
                        settings -> settings.allowInsecureRequests().transport(transport))) {
                    success(client.clientCredentialsGrant());
                }
            }
        }
    }

    @Test
    @DisplayName("an adopted client stays open, and its other calls go on")
    void leavesAnAdoptedClient() throws Exception {
        try (var owned = new OpenIdClient(server.metadata(), CLIENT_ID, settings -> {
            settings.allowInsecureRequests();
            return Unit.INSTANCE;
        })) {
            var first = AsyncOpenIdClient.of(owned);
            var second = AsyncOpenIdClient.of(owned, Runnable::run);
            success(first.clientCredentialsGrant());

            first.close();

            failure(IllegalStateException.class, first.clientCredentialsGrant());
            assertEquals(
                    "the-access-token", success(second.clientCredentialsGrant()).getAccessToken());
        }
    }

    @Test
    @DisplayName("close closes the engine that the client made for itself")
    void closesItsOwnEngine() throws Exception {
        HttpTransport[] own = new HttpTransport[1];
        try (var client = server.client()) {
            own[0] = OwnTransport.of(client);
            success(client.clientCredentialsGrant());
        }

        var request = new HttpRequest("GET", server.issuer() + "/token");
        failure(
                TransportException.class,
                AsyncHttpTransport.from(own[0]).send(request).toCompletableFuture());
    }
}
