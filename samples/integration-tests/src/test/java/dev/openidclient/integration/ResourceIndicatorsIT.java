package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.signIn;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** RFC 8707: a token is for the resource that was named, and for no other. */
@WithOidcProvider
class ResourceIndicatorsIT {
    private final InteropIssuer issuer = OidcProvider.getEverything();

    @Test
    @DisplayName("a service gets a token for the resource that it names")
    void service() {
        var tokens = await(connect(issuer, "service").clientCredentialsGrant(request -> request.scope("orders:read")
                .resource(issuer.getResource())));
        assertEquals("orders:read", tokens.getScope());
    }

    @Test
    @DisplayName("a resource may want its tokens to be JWTs")
    void jwt() {
        var tokens = await(connect(issuer, "service").clientCredentialsGrant(request -> request.scope("orders:read")
                .resource(issuer.getJwtResource())));
        assertEquals(3, tokens.getAccessToken().split("\\.").length);
    }

    @Test
    @DisplayName("a person signs in for a resource")
    void person() {
        var tokens = signIn(connect(issuer, "basic"), OidcProvider.browser(), request -> request.scope("orders:read")
                .resource(issuer.getResource()));
        assertEquals("orders:read", tokens.getScope());
    }
}
