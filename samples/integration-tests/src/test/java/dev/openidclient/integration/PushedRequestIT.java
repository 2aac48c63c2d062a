package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.person;
import static dev.openidclient.integration.Steps.signIn;
import static dev.openidclient.integration.Steps.signInRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.openidclient.error.ResponseBodyException;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** PAR (RFC 9126). */
@ForEachServer
record PushedRequestIT(SignInServer server) {
    @Test
    @DisplayName("a person signs in with a pushed request")
    void pushed() {
        var client = connect(server);
        var request = await(client.push(signInRequest(client)));
        assertEquals(Set.of("client_id", "request_uri"), request.getParameters().getNames());
        assertFalse(request.getRequestUriLifetime().isZero());
        assertEquals("alice", person(signIn(client, server.browser(), request)));
    }

    @Test
    @DisplayName("a request that the server would not take is refused when it is pushed")
    void refused() {
        var client = connect(server);
        var request = client.authorizationRequest(it -> it.redirectUri("https://attacker.example.com/"));
        assertEquals(
                400, failure(ResponseBodyException.class, client.push(request)).getStatus());
    }
}
