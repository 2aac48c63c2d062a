package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.error.WwwAuthenticateChallengeException;
import dev.openidclient.http.HttpBody;
import dev.openidclient.token.TokenResponse;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@WithOidcProvider
class ResourceAnswersIT {
    private final InteropIssuer issuer = OidcProvider.getEverything();
    private final AsyncOpenIdClient client = connect(issuer, "service");

    private TokenResponse tokens(String resource) {
        return await(client.clientCredentialsGrant(
                request -> request.scope("orders:read").resource(resource)));
    }

    @Test
    @DisplayName("an error without a challenge is an answer")
    void notFound() {
        var answer = await(client.resource(issuer.getUrl() + "/no/such/page", tokens(issuer.getResource())));
        assertEquals(404, answer.getStatus());
    }

    @Test
    @DisplayName("a token without the scope is refused with 403 and a challenge")
    void insufficientScope() {
        var refused = failure(
                WwwAuthenticateChallengeException.class,
                client.resource(
                        issuer.getResource(), tokens(issuer.getResource()), request -> request.method("DELETE")));
        assertEquals(403, refused.getStatus());
        assertEquals("insufficient_scope", refused.getChallenges().get(0).getError());
    }

    @Test
    @DisplayName("a request with a method, a header and a body")
    void post() {
        var answer = await(client.resource(issuer.getJwtResource(), tokens(issuer.getJwtResource()), request -> {
            request.method("POST");
            request.header("x-request-id", "1");
            request.body(HttpBody.json("{\"item\":\"A-1001\"}"));
        }));
        assertTrue(answer.bodyText().contains("\"method\":\"POST\""));
    }
}
