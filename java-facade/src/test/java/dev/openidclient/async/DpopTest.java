package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static dev.openidclient.async.StubServer.CLIENT_ID;
import static dev.openidclient.async.StubServer.TOKENS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.dpop.Dpop;
import dev.openidclient.error.ResponseBodyException;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DpopTest {
    private static final String BOUND = TOKENS.replace("Bearer", "DPoP");
    private static final String NONCE_WANTED = "{\"error\":\"use_dpop_nonce\"}";

    private final TestKey key = new TestKey();
    private final StubServer server = new StubServer().answer("/token", 200, BOUND);
    private final AsyncOpenIdClient client = server.client();
    private final AsyncOpenIdClient bound = client.withDpop(new Dpop(key.signingKey()));

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private String proof(String path) {
        return server.lastTo(path).header("Dpop");
    }

    @Test
    @DisplayName("a derived client proves its key, the one that it is derived from does not")
    void proves() throws Exception {
        server.answer("/orders", 200, "{}");

        var tokens = success(bound.clientCredentialsGrant());
        success(bound.resource(server.issuer() + "/orders", tokens));

        assertTrue(key.verifies(proof("/token")));
        assertTrue(key.verifies(proof("/orders")));
        assertEquals("DPoP the-access-token", server.lastTo("/orders").header("Authorization"));
        success(client.resource(server.issuer() + "/orders", "a-token"));
        assertEquals("", proof("/orders"));
        assertEquals(client.getMetadata(), bound.getMetadata());
        assertEquals(client.toString(), bound.toString());
    }

    @Test
    @DisplayName("a nonce that the server wants is sent, once; then its refusal is told")
    void sendsTheNonce() throws Exception {
        server.answer("/token", 400, NONCE_WANTED, Map.of("DPoP-Nonce", "n-1")).then("/token", 200, BOUND);

        success(bound.clientCredentialsGrant());

        assertEquals(2, server.count("/token"));
        assertTrue(TestKey.claims(proof("/token")).contains("\"nonce\":\"n-1\""));
        server.answer("/token", 400, NONCE_WANTED);
        failure(ResponseBodyException.class, bound.clientCredentialsGrant());
        assertEquals(4, server.count("/token"));
    }

    @Test
    @DisplayName("closing a derived client does nothing")
    void derivedCloseDoesNothing() throws Exception {
        bound.close();

        success(bound.clientCredentialsGrant());
        success(client.resource(server.issuer() + "/token", "a-token"));
    }

    @Test
    @DisplayName("closing the client ends the calls of a derived one too")
    void closeEndsBoth() throws Exception {
        try (var silent = new SilentServer()) {
            var waiting = silent.client();
            var derived = waiting.withDpop(new Dpop(key.signingKey())).withDpop(new Dpop(key.signingKey()));
            var grant = derived.clientCredentialsGrant();
            silent.awaitRequest();

            waiting.close();

            silent.awaitHangUp();
            assertThrows(CancellationException.class, () -> success(grant));
            failure(IllegalStateException.class, derived.clientCredentialsGrant());
        }
    }

    @Test
    @DisplayName("an authorization request binds its code to the key")
    void bindsTheCode() {
        var dpop = new Dpop(key.signingKey(), assertion -> assertion.claim("tenant", "a"));

        var request = client.authorizationRequest(builder -> builder.dpopJkt(dpop));

        assertEquals(dpop.thumbprint(), request.getParameters().get("dpop_jkt"));
        assertEquals(CLIENT_ID, request.getParameters().get("client_id"));
    }
}
