package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.error.ResponseBodyException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@ForEachServer
record ClientCredentialsIT(SignInServer server) {
    @Test
    @DisplayName("a service gets a token for itself")
    void service() {
        var registered = server.getServiceClient();
        var client = connect(
                server, registered, settings -> settings.authentication(new ClientSecretBasic(registered.getSecret())));
        var tokens = await(client.clientCredentialsGrant());
        assertEquals("bearer", tokens.getTokenType());
        assertNotNull(tokens.getExpiresAt());
        assertNull(tokens.getClaims());
        assertNull(tokens.getRefreshToken());
    }

    @Test
    @DisplayName("the same by the name of the grant")
    void byName() {
        var tokens = await(connect(server, server.getServiceClient()).grant("client_credentials"));
        assertFalse(tokens.getAccessToken().isEmpty());
    }

    @Test
    @DisplayName("a grant that the client may not use is refused")
    void notAllowed() {
        var refused = failure(ResponseBodyException.class, connect(server).clientCredentialsGrant());
        assertEquals(400, refused.getStatus());
    }
}
