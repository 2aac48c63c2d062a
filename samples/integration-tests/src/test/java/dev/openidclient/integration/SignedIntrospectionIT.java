package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.openidclient.client.ClientSettings;
import dev.openidclient.error.OAuthException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** RFC 9701. */
@WithOidcProvider
class SignedIntrospectionIT {
    private final InteropIssuer issuer = OidcProvider.getEverything();

    @Test
    @DisplayName("the answer is a signed JWT")
    void signed() {
        var client = connect(issuer, "introspection-signed", ClientSettings::nonRepudiationChecks);
        var tokens = await(client.clientCredentialsGrant(
                request -> request.resource(issuer.getResource()).scope("orders:read")));
        assertEquals(
                "orders:read", await(client.introspect(tokens.getAccessToken())).getScope());
    }

    @Test
    @DisplayName("an answer that must be signed is not taken as JSON")
    void unsigned() {
        var client = connect(
                issuer, "service", settings -> settings.metadata(it -> it.introspectionSignedResponseAlg("ES256")));
        failure(OAuthException.class, client.introspect("no-such-token"));
    }
}
