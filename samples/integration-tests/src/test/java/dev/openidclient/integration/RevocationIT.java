package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.signIn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.error.OAuthException;
import dev.openidclient.error.ResponseBodyException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** RFC 7009. */
@ForEachServer
record RevocationIT(SignInServer server) {
    @Test
    @DisplayName("a revoked access token is of no use")
    void accessToken() {
        var client = connect(server);
        var tokens = signIn(client, server.browser());
        await(client.revoke(tokens.getAccessToken(), request -> request.tokenTypeHint("access_token")));
        assertFalse(await(client.introspect(tokens.getAccessToken())).isActive());
        assertTrue(failure(OAuthException.class, client.userInfo(tokens))
                .getMessage()
                .contains("401"));
    }

    @Test
    @DisplayName("a revoked refresh token is refused")
    void refreshToken() {
        var client = connect(server);
        var tokens = signIn(client, server.browser(), server::askForRefreshToken);
        await(client.revoke(tokens.getRefreshToken()));
        var refused = failure(ResponseBodyException.class, client.refreshTokenGrant(tokens));
        assertEquals("invalid_grant", refused.getError());
    }

    @Test
    @DisplayName("to revoke an unknown token is no error")
    void unknown() {
        assertNull(await(connect(server).revoke("no-such-token")));
    }
}
