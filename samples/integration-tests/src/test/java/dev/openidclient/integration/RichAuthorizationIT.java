package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.signIn;
import static dev.openidclient.integration.Steps.signInRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.client.AuthorizationDetail;
import dev.openidclient.error.ResponseBodyException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** RFC 9396. */
@WithOidcProvider
class RichAuthorizationIT {
    private final InteropIssuer issuer = OidcProvider.getEverything();
    private final AsyncOpenIdClient client = connect(issuer, "rar");
    private final AuthorizationDetail payment = new AuthorizationDetail(
            "payment_initiation", it -> it.actions("initiate", "status").locations("https://payments.example.com"));

    @Test
    @DisplayName("a person allows exactly what is described")
    void described() {
        var tokens = signIn(
                client,
                OidcProvider.browser(),
                request -> request.authorizationDetails(payment).resource(issuer.getResource()));
        assertEquals(List.of(payment), tokens.getAuthorizationDetails());
        var answer = await(client.introspect(tokens.getAccessToken()));
        assertEquals(List.of(payment), answer.getAuthorizationDetails());
    }

    @Test
    @DisplayName("a service describes what it wants, in two parts")
    void service() {
        var account = new AuthorizationDetail("account_information", it -> it.identifier("DE02"));
        var tokens = await(client.clientCredentialsGrant(
                request -> request.authorizationDetails(payment, account).resource(issuer.getResource())));
        assertEquals(List.of(payment, account), tokens.getAuthorizationDetails());
    }

    @Test
    @DisplayName("a type that the client may not use is refused")
    void unknownType() {
        var request = signInRequest(client, it -> it.authorizationDetails(new AuthorizationDetail("unknown_type")));
        var refused = failure(ResponseBodyException.class, client.push(request));
        assertEquals("invalid_authorization_details", refused.getError());
    }
}
