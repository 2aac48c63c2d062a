package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static dev.openidclient.async.StubServer.CLIENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.openidclient.error.MetadataException;
import dev.openidclient.error.WwwAuthenticateChallengeException;
import dev.openidclient.http.HttpBody;
import dev.openidclient.token.TokenResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ResourceTest {
    private final StubServer server = new StubServer().answer("/orders", 404, "{\"orders\":[]}");
    private final AsyncOpenIdClient client = server.client();
    private final String url = server.issuer() + "/orders";
    private TokenResponse tokens;

    @BeforeEach
    void signIn() throws Exception {
        server.answer("/token", 200, StubServer.TOKENS);
        tokens = success(client.clientCredentialsGrant());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    @DisplayName("a resource is called with tokens and with an access token, and answers with any status")
    void calls() throws Exception {
        var answer = success(client.resource(url, tokens));

        assertEquals(404, answer.getStatus());
        assertEquals("{\"orders\":[]}", answer.bodyText());
        assertEquals("Bearer the-access-token", server.lastTo("/orders").header("Authorization"));
        success(client.resource(url, "another-token"));
        assertEquals("Bearer another-token", server.lastTo("/orders").header("Authorization"));
        assertEquals("GET", server.lastTo("/orders").method);
    }

    @Test
    @DisplayName("a request has the method, the headers and the body that it is given")
    void configures() throws Exception {
        success(client.resource(url, tokens, request -> {
            request.header("x-tenant", "a").method("POST");
            request.body(HttpBody.json("{\"item\":1}"));
        }));

        var sent = server.lastTo("/orders");
        assertEquals("POST", sent.method);
        assertEquals("a", sent.header("X-tenant"));
        assertEquals("{\"item\":1}", sent.body);
        success(client.resource(url, "another-token", request -> request.method("DELETE")));
        assertEquals("DELETE", server.lastTo("/orders").method);
    }

    @Test
    @DisplayName("a challenge, a relative URL, a header that is the token's, and plain http fail the future")
    void fails() {
        server.answer("/challenge", 401, "", Map.of("WWW-Authenticate", "Bearer error=\"invalid_token\""));

        var challenged = failure(
                WwwAuthenticateChallengeException.class, client.resource(server.issuer() + "/challenge", tokens));

        assertEquals("invalid_token", challenged.getChallenges().get(0).getError());
        failure(IllegalArgumentException.class, client.resource("/orders", "a-token"));
        failure(
                IllegalArgumentException.class,
                client.resource(url, tokens, request -> request.header("authorization", "mine")));
        try (var secure = AsyncOpenIdClient.create(server.metadata(), CLIENT_ID)) {
            failure(MetadataException.class, secure.resource(url, "a-token"));
        }
    }
}
