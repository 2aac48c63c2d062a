package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static dev.openidclient.async.StubServer.CLIENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.jose.Jwk;
import dev.openidclient.jose.JwsAlgorithm;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AsyncSigningKeyTest {
    private static final TestKey KEY = new TestKey();

    static final class RemoteKey implements AsyncSigningKey {
        private final Function<byte[], CompletionStage<byte[]>> service;

        RemoteKey(Function<byte[], CompletionStage<byte[]>> service) {
            this.service = service;
        }

        @Override
        public JwsAlgorithm getAlgorithm() {
            return JwsAlgorithm.ES256;
        }

        @Override
        public String getKeyId() {
            return "remote";
        }

        @Override
        public Jwk getPublicJwk() {
            return KEY.publicJwk();
        }

        @Override
        public CompletionStage<byte[]> sign(byte[] bytes) {
            return service.apply(bytes);
        }
    }

    private final StubServer server = new StubServer().answer("/token", 200, StubServer.TOKENS);

    @AfterEach
    void stop() {
        server.close();
    }

    private AsyncOpenIdClient client(Function<byte[], CompletionStage<byte[]>> service) {
        var key = AsyncSigningKey.toSigningKey(new RemoteKey(service));
        return AsyncOpenIdClient.create(
                server.metadata(),
                CLIENT_ID,
                settings -> settings.allowInsecureRequests().authentication(new PrivateKeyJwt(key)),
                Runnable::run);
    }

    @Test
    @DisplayName("a key elsewhere signs a client assertion")
    void signs() throws Exception {
        try (var client = client(bytes -> CompletableFuture.supplyAsync(() -> KEY.sign(bytes)))) {
            success(client.clientCredentialsGrant());
        }

        assertTrue(KEY.verifies(server.lastTo("/token").form.get("client_assertion")));
    }

    @Test
    @DisplayName("a key elsewhere has the properties and the thumbprint of its own, and is shown without more")
    void hasItsProperties() {
        var key = AsyncSigningKey.toSigningKey(new RemoteKey(bytes -> new CompletableFuture<>()));

        assertEquals(KEY.signingKey().thumbprint(), key.thumbprint());
        assertEquals("SigningKey(ES256, kid=remote)", key.toString());
    }

    @Test
    @DisplayName("a failing stage and a throwing implementation fail the operation as they are, and nothing is sent")
    void fails() {
        try (var failing = client(bytes -> CompletableFuture.supplyAsync(() -> {
                    throw new UnsupportedOperationException("no key");
                }));
                var throwing = client(bytes -> {
                    throw new UnsupportedOperationException("no key");
                })) {
            failure(UnsupportedOperationException.class, failing.clientCredentialsGrant());
            failure(UnsupportedOperationException.class, throwing.clientCredentialsGrant());
        }
        assertTrue(server.received.isEmpty());
    }

    @Test
    @DisplayName("a null stage and a null signature are told as such")
    void nullStage() {
        try (var noStage = client(bytes -> null);
                var noSignature = client(bytes -> CompletableFuture.completedFuture(null))) {
            assertEquals(
                    "the signing key returned null",
                    failure(NullPointerException.class, noStage.clientCredentialsGrant())
                            .getMessage());
            assertEquals(
                    "the signing key completed with null",
                    failure(NullPointerException.class, noSignature.clientCredentialsGrant())
                            .getMessage());
        }
    }

    @Test
    @DisplayName("a stage that somebody else cancels is a failure, not a cancellation")
    void cancelledStage() {
        var cancelled = new CompletableFuture<byte[]>();
        cancelled.cancel(true);
        try (var client = client(bytes -> cancelled)) {
            var grant = client.clientCredentialsGrant();

            var failed = failure(IllegalStateException.class, grant);

            assertInstanceOf(CancellationException.class, failed.getCause());
            assertFalse(grant.isCancelled());
        }
    }

    @Test
    @DisplayName("cancelling the call cancels the stage")
    void cancelsTheStage() {
        var stage = new CompletableFuture<byte[]>();
        try (var client = client(bytes -> stage)) {
            client.clientCredentialsGrant().cancel(true);

            assertTrue(stage.isCancelled());
        }
    }
}
