package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.error.WwwAuthenticateChallengeException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An API behind access tokens, and its challenges. */
@ForEachServer
record ProtectedResourceIT(SignInServer server) {
    @Test
    @DisplayName("a service reads orders")
    void orders() {
        var client = connect(server, server.getServiceClient());
        var answer = client.clientCredentialsGrant(server::askForOrders)
                .thenCompose(tokens -> client.resource(
                        server.getOrders(), tokens, request -> request.header("accept", "application/json")));
        assertEquals(200, await(answer).getStatus());
        assertTrue(await(answer).bodyText().contains(server.getServiceClient().getId()));
    }

    @Test
    @DisplayName("a token that the API does not know is refused with a challenge")
    void unknown() {
        var refused = failure(
                WwwAuthenticateChallengeException.class, connect(server).resource(server.getOrders(), "no-such-token"));
        assertEquals(401, refused.getStatus());
        assertEquals("invalid_token", refused.getChallenges().get(0).getError());
        assertFalse(refused.getMessage().contains("no-such-token"));
    }
}
