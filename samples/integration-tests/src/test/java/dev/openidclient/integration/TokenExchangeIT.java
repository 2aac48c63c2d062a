package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.signIn;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.token.TokenType;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** RFC 8693 with the Spring server, which has it by itself. */
class TokenExchangeIT {
    private final SignInServer server = SignInServer.getSpring();
    private final AsyncOpenIdClient client = connect(server);

    @Test
    @DisplayName("the token of a person is exchanged for one with less scope")
    void exchanged() {
        var token = signIn(client, server.browser(), request -> request.scope("orders:read"))
                .getAccessToken();
        var exchanged = await(client.tokenExchangeGrant(token, request -> request.scope("orders:read")));
        assertEquals(TokenType.ACCESS_TOKEN, exchanged.getIssuedTokenType());
        assertEquals("orders:read", exchanged.getScope());
    }

    @Test
    @DisplayName("a token that the server does not know is not exchanged")
    void unknown() {
        var refused = failure(ResponseBodyException.class, client.tokenExchangeGrant("no-such-token"));
        assertEquals("invalid_grant", refused.getError());
    }

    @Test
    @DisplayName("a grant that the server does not have is refused")
    void unsupported() {
        var jwt = failure(ResponseBodyException.class, client.jwtBearerGrant("an.assertion.jwt"));
        var saml = failure(ResponseBodyException.class, client.samlBearerGrant("an-assertion"));
        assertEquals("unsupported_grant_type", jwt.getError());
        assertEquals("unsupported_grant_type", saml.getError());
    }
}
