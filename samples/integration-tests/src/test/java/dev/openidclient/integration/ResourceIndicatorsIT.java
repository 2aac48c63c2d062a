package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.callback;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.signInRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.openidclient.error.ResponseBodyException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** RFC 8707: a token is for the resource that was named, and for no other. */
@WithOidcProvider
class ResourceIndicatorsIT {
    private final InteropIssuer issuer = OidcProvider.getEverything();

    @Test
    @DisplayName("a service gets a token for the resource that it names")
    void service() {
        var tokens = await(connect(issuer, "service")
                .clientCredentialsGrant(request -> request.scope("orders:read").resource(issuer.getResource())));
        assertEquals("orders:read", tokens.getScope());
    }

    @Test
    @DisplayName("a resource may want its tokens to be JWTs")
    void jwt() {
        var tokens = await(connect(issuer, "service")
                .clientCredentialsGrant(request -> request.scope("orders:read").resource(issuer.getJwtResource())));
        assertEquals(3, tokens.getAccessToken().split("\\.").length);
    }

    @Test
    @DisplayName("a person signs in for a resource, which both requests name")
    void person() {
        var client = connect(issuer, "basic");
        var request = signInRequest(client, it -> it.scope("orders:read").resource(issuer.getResource()));
        var tokens = await(client.authorizationCodeGrant(
                callback(OidcProvider.browser(), request),
                request.getPending(),
                it -> it.resource(issuer.getResource())));
        assertEquals("orders:read", tokens.getScope());
    }

    @Test
    @DisplayName("a resource that was not granted is refused")
    void notGranted() {
        var client = connect(issuer, "basic");
        var request = signInRequest(client, it -> it.resource(issuer.getResource()));
        var refused = failure(
                ResponseBodyException.class,
                client.authorizationCodeGrant(
                        callback(OidcProvider.browser(), request),
                        request.getPending(),
                        it -> it.resource("https://other.example.com")));
        assertEquals("invalid_target", refused.getError());
    }
}
