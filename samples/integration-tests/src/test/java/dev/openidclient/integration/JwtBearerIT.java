package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.error.ResponseBodyException;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** RFC 7523: a JWT of another party as an authorization grant. */
@WithOidcProvider
class JwtBearerIT {
    private final InteropIssuer issuer = OidcProvider.getEverything();
    private final AsyncOpenIdClient client = connect(issuer, "assertions");
    private final Map<String, String> carol = Map.of("sub", "carol", "aud", issuer.getUrl());

    @Test
    @DisplayName("an assertion of the partner is granted tokens for the person whom it names")
    void granted() {
        var tokens = await(
                client.jwtBearerGrant(Partner.jwt(carol), request -> request.scope("openid", "email", "orders:read")));
        assertEquals("openid email orders:read", tokens.getScope());
        var user = await(client.userInfo(tokens.getAccessToken(), "carol"));
        assertEquals("carol@example.com", user.getEmail());
        var answer = await(client.resource(issuer.getResource(), tokens)).bodyText();
        assertTrue(answer.contains("\"sub\":\"carol\""));
    }

    @Test
    @DisplayName("an assertion that is not the partner's, or not for this server, is refused")
    void refused() {
        refused(Partner.forgedJwt(carol));
        refused(Partner.unsignedJwt(carol));
        refused(Tampering.withOtherSignature(Partner.jwt(carol)));
        refused(Partner.jwt(Map.of("sub", "carol", "aud", "https://another.example.com")));
    }

    @Test
    @DisplayName("an assertion is good for one time")
    void replayed() {
        var assertion = Partner.jwt(carol);
        await(client.jwtBearerGrant(assertion));
        refused(assertion);
    }

    private void refused(String assertion) {
        var refused = failure(ResponseBodyException.class, client.jwtBearerGrant(assertion));
        assertEquals("invalid_grant", refused.getError());
    }
}
