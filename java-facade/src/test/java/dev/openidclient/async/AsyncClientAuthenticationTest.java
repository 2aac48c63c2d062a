package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static dev.openidclient.async.StubServer.CLIENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AsyncClientAuthenticationTest {
    private final StubServer server = new StubServer().answer("/token", 200, StubServer.TOKENS);

    @AfterEach
    void stop() {
        server.close();
    }

    private AsyncOpenIdClient client(AsyncClientAuthentication authentication) {
        return AsyncOpenIdClient.create(
                server.metadata(),
                CLIENT_ID,
                settings -> settings.allowInsecureRequests()
                        .authentication(AsyncClientAuthentication.toAuthentication(authentication)),
                Runnable::run);
    }

    @Test
    @DisplayName("waits until the stage has added its parameters and headers")
    void authenticates() throws Exception {
        var assertion = new CompletableFuture<String>();
        try (var client = client(request -> assertion.thenAccept(
                jwt -> request.parameter("client_assertion", jwt).header("x-signed", request.getEndpoint())))) {
            var grant = client.clientCredentialsGrant();
            assertTrue(server.received.isEmpty());

            assertion.complete("signed");
            success(grant);

            assertEquals("signed", server.lastTo("/token").form.get("client_assertion"));
            assertEquals(server.issuer() + "/token", server.lastTo("/token").header("X-signed"));
        }
    }

    @Test
    @DisplayName("takes a stage of any value, null too")
    void takesAnyValue() throws Exception {
        for (CompletionStage<?> stage : new CompletionStage<?>[] {
            CompletableFuture.completedFuture(null),
            CompletableFuture.completedFuture(42),
            CompletableFuture.completedStage("text")
        }) {
            try (var client = client(request -> stage)) {
                success(client.clientCredentialsGrant());
            }
        }
    }

    @Test
    @DisplayName("a failing stage and a throwing implementation fail the operation as they are, and nothing is sent")
    void fails() {
        try (var failing = client(request -> CompletableFuture.supplyAsync(() -> {
                    throw new UnsupportedOperationException("no key");
                }));
                var throwing = client(request -> {
                    throw new UnsupportedOperationException("no key");
                })) {
            for (var client : new AsyncOpenIdClient[] {failing, throwing}) {
                assertEquals(
                        "no key",
                        failure(UnsupportedOperationException.class, client.clientCredentialsGrant())
                                .getMessage());
            }
        }
        assertTrue(server.received.isEmpty());
    }

    @Test
    @DisplayName("a null stage is told as such")
    void nullStage() {
        try (var client = client(request -> null)) {
            assertEquals(
                    "the client authentication returned null",
                    failure(NullPointerException.class, client.clientCredentialsGrant())
                            .getMessage());
        }
    }

    @Test
    @DisplayName("a stage that somebody else cancels is a failure, not a cancellation")
    void cancelledStage() {
        var cancelled = new CompletableFuture<Void>();
        cancelled.cancel(true);
        try (var client = client(request -> cancelled)) {
            var grant = client.clientCredentialsGrant();

            var failed = failure(IllegalStateException.class, grant);

            assertEquals("the client authentication was cancelled", failed.getMessage());
            assertInstanceOf(CancellationException.class, failed.getCause());
            assertFalse(grant.isCancelled());
        }
    }

    @Test
    @DisplayName("cancelling the call cancels the stage")
    void cancelsTheStage() {
        var stage = new CompletableFuture<Void>();
        try (var client = client(request -> stage)) {
            client.clientCredentialsGrant().cancel(true);

            assertTrue(stage.isCancelled());
        }
    }
}
