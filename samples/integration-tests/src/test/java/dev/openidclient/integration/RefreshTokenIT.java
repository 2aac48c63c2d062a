package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.person;
import static dev.openidclient.integration.Steps.signIn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.client.ClientSettings;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.token.TokenResponse;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@ForEachServer
record RefreshTokenIT(SignInServer server) {
    private TokenResponse signInForLong(AsyncOpenIdClient client) {
        return signIn(client, server.browser(), server::askForRefreshToken);
    }

    @Test
    @DisplayName("tokens are refreshed, and the refresh token is rotated")
    void rotation() {
        var client = connect(server, server.getConfidentialClient(), ClientSettings::nonRepudiationChecks);
        var tokens = signInForLong(client);
        var refreshed = await(client.refreshTokenGrant(tokens));
        assertNotEquals(tokens.getAccessToken(), refreshed.getAccessToken());
        assertNotNull(refreshed.getRefreshToken());
        assertNotEquals(tokens.getRefreshToken(), refreshed.getRefreshToken());
        assertEquals("alice", person(refreshed));
    }

    @Test
    @DisplayName("tokens are refreshed again and again, as dependent stages")
    void chain() {
        var client = connect(server);
        var refreshed = client.refreshTokenGrant(signInForLong(client))
                .thenCompose(client::refreshTokenGrant)
                .thenCompose(client::refreshTokenGrant);
        assertEquals("alice", person(await(refreshed)));
    }

    @Test
    @DisplayName("a refresh token alone is enough")
    void tokenAlone() {
        var client = connect(server);
        var refreshToken = signInForLong(client).getRefreshToken();
        var refreshed = await(client.refreshTokenGrant(refreshToken));
        assertNotNull(refreshed.getRefreshToken());
        assertNotEquals(refreshToken, refreshed.getRefreshToken());
    }

    @Test
    @DisplayName("a refresh token that was used is refused")
    void reuse() {
        var client = connect(server);
        var tokens = signInForLong(client);
        await(client.refreshTokenGrant(tokens));
        var refused = failure(ResponseBodyException.class, client.refreshTokenGrant(tokens));
        assertEquals("invalid_grant", refused.getError());
    }

    @Test
    @DisplayName("a refresh asks for less than was granted")
    void narrower() {
        var client = connect(server);
        var refreshed = await(client.refreshTokenGrant(signInForLong(client), request -> request.scope("openid")));
        assertEquals("openid", refreshed.getScope());
    }

    @Test
    @DisplayName("the tokens of a client that did not ask cannot be refreshed")
    void none() {
        var client = connect(server, server.getPublicClient());
        var tokens = signIn(client, server.browser());
        assertNull(tokens.getRefreshToken());
        failure(IllegalArgumentException.class, client.refreshTokenGrant(tokens));
    }
}
