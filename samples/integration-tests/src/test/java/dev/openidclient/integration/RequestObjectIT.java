package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.callback;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.person;
import static dev.openidclient.integration.Steps.signIn;
import static dev.openidclient.integration.Steps.signInRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.error.AuthorizationResponseException;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.jose.JwsAlgorithm;
import dev.openidclient.jose.SigningKey;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** JAR (RFC 9101), alone and pushed. */
@WithOidcProvider
class RequestObjectIT {
    private final InteropIssuer issuer = OidcProvider.getEverything();
    private final AsyncOpenIdClient client = connect(issuer, "jar");

    @ParameterizedTest(name = "a request object signed with {0} is taken")
    @MethodSource("dev.openidclient.integration.ClientKeys#signingAlgorithms")
    void signed(JwsAlgorithm algorithm) {
        var request = await(client.sign(signInRequest(client), ClientKeys.signing(algorithm)));
        assertEquals(
                Set.of("client_id", "request", "response_type", "redirect_uri", "scope"),
                request.getParameters().getNames());
        assertEquals("alice", person(signIn(client, OidcProvider.browser(), request)));
    }

    @Test
    @DisplayName("a signed request is pushed")
    void pushed() {
        var request = await(client.sign(signInRequest(client), ClientKeys.signing(JwsAlgorithm.ES256))
                .thenCompose(client::push));
        assertEquals("alice", person(signIn(client, OidcProvider.browser(), request)));
    }

    @Test
    @DisplayName("a request that is not signed has no URL, and the server refuses it, too")
    void unsigned() {
        assertThrows(IllegalStateException.class, signInRequest(client)::getUrl);
        var registered = issuer.client("jar").without("require_signed_request_object");
        var unaware = connect(issuer.getUrl(), registered, settings -> {});
        var request = signInRequest(unaware);
        var refused = failure(
                AuthorizationResponseException.class,
                unaware.authorizationCodeGrant(callback(OidcProvider.browser(), request), request.getPending()));
        assertEquals("invalid_request", refused.getError());
    }

    @Test
    @DisplayName("a request signed with a key that is not registered is refused")
    void otherKey() {
        var request = await(client.sign(signInRequest(client), SigningKey.generate()));
        var refused = failure(ResponseBodyException.class, client.push(request));
        assertEquals("invalid_request_object", refused.getError());
    }
}
