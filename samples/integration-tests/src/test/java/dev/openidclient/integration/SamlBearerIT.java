package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.error.ResponseBodyException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** RFC 7522: a SAML 2.0 assertion of another party as an authorization grant. */
@WithOidcProvider
class SamlBearerIT {
    private final InteropIssuer issuer = OidcProvider.getEverything();
    private final AsyncOpenIdClient client = connect(issuer, "assertions");
    private final SamlAssertion assertion = new SamlAssertion(issuer.getUrl());

    @Test
    @DisplayName("an assertion of the partner is granted tokens for the person whom it names")
    void granted() {
        assertion.setSubject("zoë");
        var tokens = await(client.samlBearerGrant(assertion.signed(), request -> request.scope("openid", "email")));
        var user = await(client.userInfo(tokens.getAccessToken(), "zoë"));
        assertEquals("zoë@example.com", user.getEmail());
    }

    @Test
    @DisplayName("an assertion that is not the partner's, or not for this server, is refused")
    void refused() {
        refused(assertion.unsigned());
        refused(assertion.signed().replace(">alice<", ">mallory<"));
        assertion.setAudience("https://another.example.com");
        refused(assertion.signed());
    }

    @Test
    @DisplayName("an assertion is good for one time")
    void replayed() {
        var signed = assertion.signed();
        await(client.samlBearerGrant(signed));
        refused(signed);
    }

    private void refused(String xml) {
        var refused = failure(ResponseBodyException.class, client.samlBearerGrant(xml));
        assertEquals("invalid_grant", refused.getError());
    }
}
