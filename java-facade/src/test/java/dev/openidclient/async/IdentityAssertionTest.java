package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static dev.openidclient.async.StubServer.CLIENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.error.InvalidResponseException;
import dev.openidclient.token.TokenType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class IdentityAssertionTest {
    private final StubServer server = new StubServer();
    private AsyncOpenIdClient client;

    @BeforeEach
    void open() {
        client = AsyncOpenIdClient.create(server.metadata(), CLIENT_ID, settings -> settings.allowInsecureRequests());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static String assertionOf(String tokenType) {
        return "{\"access_token\":\"opaque\",\"issued_token_type\":\"urn:ietf:params:oauth:token-type:id-jag\","
                + "\"token_type\":\"" + tokenType + "\"}";
    }

    @Test
    @DisplayName("an identity assertion is asked for, and exchanged for an access token of the server it is for")
    void exchanges() throws Exception {
        server.answer("/token", 200, assertionOf("N_A")).then("/token", 200, StubServer.TOKENS);

        var assertion = success(client.identityAssertion(
                "the-id-token", TokenType.ID_TOKEN, server.issuer(), request -> request.scope("files:read")));
        assertEquals(
                "urn:ietf:params:oauth:token-type:id-jag",
                server.lastTo("/token").form.get("requested_token_type"));
        assertEquals("files:read", server.lastTo("/token").form.get("scope"));
        assertEquals("the-id-token", server.lastTo("/token").form.get("subject_token"));

        success(client.jwtBearerGrant(assertion));
        assertEquals("opaque", server.lastTo("/token").form.get("assertion"));
    }

    @Test
    @DisplayName("an access token in its place is refused, and so are tokens without an ID Token")
    void refuses() throws Exception {
        server.answer("/token", 200, assertionOf("Bearer")).then("/token", 200, StubServer.TOKENS);
        failure(
                InvalidResponseException.class,
                client.identityAssertion("the-id-token", TokenType.ID_TOKEN, server.issuer()));
        var withoutIdToken = success(client.clientCredentialsGrant());
        int sent = server.received.size();

        failure(IllegalArgumentException.class, client.identityAssertion(withoutIdToken, server.issuer()));
        failure(
                IllegalArgumentException.class,
                client.identityAssertion("the-token", TokenType.ACCESS_TOKEN, server.issuer()));

        assertEquals(sent, server.received.size());
        assertTrue(sent > 0);
    }
}
