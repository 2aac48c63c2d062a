package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.openidclient.client.Connection;
import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.MetadataException;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.event.ClientListener;
import dev.openidclient.event.Observation;
import dev.openidclient.event.Operation;
import dev.openidclient.event.Outcome;
import dev.openidclient.event.TokenEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SharedConnectionTest {
    /** What a program in Java writes. */
    private static final class Heard implements ClientListener {
        final List<String> events = new CopyOnWriteArrayList<>();

        @Override
        public Observation started(Operation operation) {
            events.add(operation.getName() + " " + operation.getAttempt());
            return new Observation() {
                @Override
                public void finished(Outcome outcome) {
                    events.add(outcome.getStatus() + " " + outcome.getErrorCode() + " " + outcome.getError());
                }
            };
        }

        @Override
        public void happened(TokenEvent event) {
            throw new AssertionError("there is no token source");
        }
    }

    /** One that hears nothing. */
    private static final class Deaf implements ClientListener {}

    @Test
    @DisplayName("a program in Java opens a connection, shares it, listens, and closes it after its clients")
    void shares() {
        var heard = new Heard();
        try (var server = new StubServer().answer("/token", 200, StubServer.TOKENS);
                var shared = Connection.open(settings -> settings.timeout(Duration.ofSeconds(5))
                        .allowInsecureRequests()
                        .permitUrl(url -> url.startsWith(server.issuer()))
                        .listener(heard)
                        .listener(new Deaf()))) {
            AsyncOpenIdClient.discover(server.issuer(), StubServer.CLIENT_ID, s -> s.connection(shared))
                    .join()
                    .close();
            try (var client =
                    AsyncOpenIdClient.create(server.metadata(), StubServer.CLIENT_ID, s -> s.connection(shared))) {
                assertSame(shared, client.getConnection());
                client.clientCredentialsGrant().join();
            }
        }

        assertEquals(
                List.of("discovery 1", "200 null null", "token.client_credentials 1", "200 null null"), heard.events);
    }

    @Test
    @DisplayName("the settings of a client chain in Java, those of its connection among them")
    void chains() {
        var heard = new Heard();
        try (var server = new StubServer().answer("/token", 400, "{\"error\":\"invalid_client\"}");
                var client = AsyncOpenIdClient.create(
                        server.metadata(),
                        StubServer.CLIENT_ID,
                        settings -> settings.timeout(Duration.ofSeconds(5))
                                .listener(heard)
                                .clientSecret("s")
                                .allowInsecureRequests()
                                .acceptMissingNonce())) {
            failure(ResponseBodyException.class, client.clientCredentialsGrant());
        }

        assertEquals(
                List.of("token.client_credentials 1", "400 " + ErrorCode.RESPONSE_BODY_ERROR + " invalid_client"),
                heard.events);
    }

    @Test
    @DisplayName("what permitUrl refuses ends the future, and a setting beside a connection is refused")
    void refuses() {
        try (var server = new StubServer();
                var shared = Connection.open(
                        settings -> settings.allowInsecureRequests().permitUrl(url -> false));
                var client =
                        AsyncOpenIdClient.create(server.metadata(), StubServer.CLIENT_ID, s -> s.connection(shared))) {
            failure(MetadataException.class, client.clientCredentialsGrant());
            assertEquals(0, server.count("/token"));

            assertThrows(
                    IllegalArgumentException.class,
                    () -> AsyncOpenIdClient.create(
                            server.metadata(),
                            StubServer.CLIENT_ID,
                            s -> s.connection(shared).timeout(Duration.ofSeconds(1))));
        }
    }
}
