package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.signIn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.dpop.Dpop;
import dev.openidclient.error.WwwAuthenticateChallengeException;
import dev.openidclient.jose.SigningKey;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** RFC 9449 with every server, for clients that may do without it. */
@ForEachServer
record DpopEverywhereIT(SignInServer server) {
    @Test
    @DisplayName("a person signs in, and the tokens are bound")
    void signedIn() {
        var client = connect(server).withDpop(new Dpop(SigningKey.generate()));
        var tokens = signIn(client, server.browser());
        assertTrue(tokens.isSenderConstrained());
        assertEquals("alice", await(client.userInfo(tokens)).getSubject());
    }

    @Test
    @DisplayName("a service reads orders with a bound token, which nobody else can use")
    void service() {
        var plain = connect(server, server.getServiceClient());
        var client = plain.withDpop(new Dpop(SigningKey.generate()));
        var tokens = await(client.clientCredentialsGrant(server::askForOrders));
        assertEquals(200, await(client.resource(server.getOrders(), tokens)).getStatus());
        var thief = plain.withDpop(new Dpop(SigningKey.generate()));
        failure(WwwAuthenticateChallengeException.class, thief.resource(server.getOrders(), tokens));
        failure(WwwAuthenticateChallengeException.class, plain.resource(server.getOrders(), tokens.getAccessToken()));
    }
}
