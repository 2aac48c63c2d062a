package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.error.InvalidResponseException;
import dev.openidclient.error.ResponseBodyException;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TokenQueriesTest {
    private final StubServer server = new StubServer();
    private final AsyncOpenIdClient client = server.client();

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    @DisplayName("a token is introspected, with parameters and without")
    void introspects() throws Exception {
        server.answer("/introspect", 200, "{\"active\":true,\"aud\":\"orders\"}")
                .then("/introspect", 200, "{\"active\":false}");

        var active = success(client.introspect("the-token", query -> query.tokenTypeHint("access_token")));

        assertTrue(active.isActive());
        assertEquals(List.of("orders"), active.getAudience());
        assertEquals("the-token", server.lastTo("/introspect").form.get("token"));
        assertEquals("access_token", server.lastTo("/introspect").form.get("token_type_hint"));
        assertFalse(success(client.introspect("the-token")).isActive());
    }

    @Test
    @DisplayName("an introspection fails for an empty token, a refusal, and an answer that says nothing")
    void introspectionFails() {
        server.answer("/introspect", 401, "{\"error\":\"invalid_client\"}").then("/introspect", 200, "{}");

        failure(IllegalArgumentException.class, client.introspect(""));
        failure(ResponseBodyException.class, client.introspect("the-token"));
        failure(InvalidResponseException.class, client.introspect("the-token"));
    }

    @Test
    @DisplayName("a token is revoked, with parameters and without, and the future completes with null")
    void revokes() throws Exception {
        server.answer("/revoke", 200, "");

        Void nothing = success(client.revoke("the-token", query -> query.tokenTypeHint("refresh_token")));

        assertNull(nothing);
        assertEquals("the-token", server.lastTo("/revoke").form.get("token"));
        assertEquals("refresh_token", server.lastTo("/revoke").form.get("token_type_hint"));
        assertNull(success(client.revoke("the-token").thenApply(none -> none)));
    }

    @Test
    @DisplayName("a revocation fails for an empty token and a refusal, and after close")
    void revocationFails() {
        server.answer("/revoke", 400, "{\"error\":\"unsupported_token_type\"}");

        failure(IllegalArgumentException.class, client.revoke(""));
        failure(ResponseBodyException.class, client.revoke("the-token"));
        client.close();
        failure(IllegalStateException.class, client.revoke("the-token"));
    }

    @Test
    @DisplayName("cancelling a revocation hangs up, and so does closing the client")
    void revocationIsCancelled() throws Exception {
        try (var silent = new SilentServer();
                var cancelling = silent.client()) {
            var revocation = cancelling.revoke("the-token");
            silent.awaitRequest();

            revocation.cancel(true);

            silent.awaitHangUp();
        }
        try (var silent = new SilentServer()) {
            var closing = silent.client();
            var revocation = closing.revoke("the-token");
            silent.awaitRequest();

            closing.close();

            silent.awaitHangUp();
            assertThrows(CancellationException.class, () -> success(revocation));
        }
    }
}
