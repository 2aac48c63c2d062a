package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.signIn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.token.TokenRequestBuilder;
import dev.openidclient.token.TokenType;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** RFC 8693 with all its parameters. */
@WithOidcProvider
class TokenExchangeParametersIT {
    private final InteropIssuer issuer = OidcProvider.getEverything();
    private final AsyncOpenIdClient client = connect(issuer, "exchange");

    private String token(String person) {
        return signIn(client, OidcProvider.browser(person)).getAccessToken();
    }

    @Test
    @DisplayName("a token is exchanged for one with less scope, for another audience")
    void narrowed() {
        var exchanged = await(client.tokenExchangeGrant(
                token("alice"), request -> request.scope("email").parameter("audience", issuer.getResource())));
        assertEquals(TokenType.ACCESS_TOKEN, exchanged.getIssuedTokenType());
        assertEquals("email", exchanged.getScope());
        var answer = await(client.introspect(exchanged.getAccessToken()));
        assertEquals(List.of(issuer.getResource()), answer.getAudience());
    }

    @Test
    @DisplayName("a service acts for a person")
    void actor() {
        var bob = token("bob");
        var exchanged = await(client.tokenExchangeGrant(
                token("alice"),
                request ->
                        request.parameter("actor_token", bob).parameter("actor_token_type", TokenType.ACCESS_TOKEN)));
        var answer = await(client.introspect(exchanged.getAccessToken()));
        assertEquals("alice", answer.getSubject());
        assertTrue(answer.getJson().toString().contains("\"act\":{\"sub\":\"bob\"}"));
    }

    @Test
    @DisplayName("a token is exchanged for an ID Token, which is no access token")
    void idToken() {
        var exchanged = await(client.tokenExchangeGrant(
                token("alice"), request -> request.parameter("requested_token_type", TokenType.ID_TOKEN)));
        assertEquals("n_a", exchanged.getTokenType());
        var claims = await(client.verifyIdToken(exchanged.getAccessToken(), null));
        assertEquals("alice", claims.getSubject());
    }

    @Test
    @DisplayName("what the server does not know or allow is refused")
    void refused() {
        var token = token("alice");
        refused("invalid_request", "no-such-token", request -> {});
        refused("invalid_scope", token, request -> request.scope("orders:read"));
        refused("invalid_target", token, request -> request.parameter("audience", "https://another.example.com"));
    }

    private void refused(String error, String token, Consumer<TokenRequestBuilder> configure) {
        var refused = failure(ResponseBodyException.class, client.tokenExchangeGrant(token, configure));
        assertEquals(error, refused.getError());
    }
}
