package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.signIn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** RFC 7662. */
@ForEachServer
record IntrospectionIT(SignInServer server) {
    @Test
    @DisplayName("an access token is active")
    void accessToken() {
        var client = connect(server);
        var token = signIn(client, server.browser()).getAccessToken();
        var answer = await(client.introspect(token, request -> request.tokenTypeHint("access_token")));
        assertTrue(answer.isActive());
        assertEquals("alice", answer.getSubject());
        assertEquals(client.getClientId(), answer.getClientId());
    }

    @Test
    @DisplayName("an unknown token is not active, which is no error")
    void unknown() {
        assertFalse(await(connect(server).introspect("no-such-token")).isActive());
    }
}
