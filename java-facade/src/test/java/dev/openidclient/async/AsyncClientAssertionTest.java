package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static dev.openidclient.async.StubServer.CLIENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.clientauth.ClientAssertion;
import dev.openidclient.clientauth.ClientAuthentication;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AsyncClientAssertionTest {
    private final StubServer server = new StubServer().answer("/token", 200, StubServer.TOKENS);

    @AfterEach
    void stop() {
        server.close();
    }

    private AsyncOpenIdClient client(ClientAuthentication authentication) {
        return AsyncOpenIdClient.create(
                server.metadata(),
                CLIENT_ID,
                settings -> settings.allowInsecureRequests().authentication(authentication),
                Runnable::run);
    }

    @Test
    @DisplayName("sends what the stage gives, and asks for another one for each request")
    void sendsWhatTheStageGives() throws Exception {
        var asked = new AtomicInteger();
        var authentication = AsyncClientAssertion.from(
                "urn:type", () -> CompletableFuture.supplyAsync(() -> "assertion-" + asked.incrementAndGet()));
        try (var client = client(authentication)) {
            for (var expected : List.of("assertion-1", "assertion-2")) {
                success(client.clientCredentialsGrant());

                assertEquals(expected, server.lastTo("/token").form.get("client_assertion"));
                assertEquals("urn:type", server.lastTo("/token").form.get("client_assertion_type"));
            }
        }
    }

    @Test
    @DisplayName("a stage that fails, gives null or two lines fails the operation, and nothing is sent")
    void fails() {
        try (var failing = client(AsyncClientAssertion.from(
                        () -> CompletableFuture.failedFuture(new UnsupportedOperationException("no token"))));
                var none = client(AsyncClientAssertion.from(() -> CompletableFuture.completedFuture(null)));
                var lines = client(AsyncClientAssertion.from(() -> CompletableFuture.completedFuture("a\nb")))) {
            failure(UnsupportedOperationException.class, failing.clientCredentialsGrant());
            failure(NullPointerException.class, none.clientCredentialsGrant());
            failure(IllegalArgumentException.class, lines.clientCredentialsGrant());
        }
        assertTrue(server.received.isEmpty());
    }

    @Test
    @DisplayName("an empty type is refused at once")
    void emptyType() {
        assertThrows(
                IllegalArgumentException.class,
                () -> AsyncClientAssertion.from("", () -> CompletableFuture.completedFuture("a")));
    }

    @Test
    @DisplayName("a file is read for each request")
    void readsTheFile(@TempDir Path directory) throws Exception {
        var file = Files.writeString(directory.resolve("token"), "first\n");
        try (var client = client(ClientAssertion.fromFile(file))) {
            success(client.clientCredentialsGrant());
            assertEquals("first", server.lastTo("/token").form.get("client_assertion"));

            Files.writeString(file, "second");
            success(client.clientCredentialsGrant());
            assertEquals("second", server.lastTo("/token").form.get("client_assertion"));
        }
    }
}
