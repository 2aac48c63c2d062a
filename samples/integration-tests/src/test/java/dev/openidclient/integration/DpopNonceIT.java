package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.signIn;
import static dev.openidclient.integration.Steps.signInRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.dpop.Dpop;
import dev.openidclient.jose.SigningKey;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@WithOidcProvider
class DpopNonceIT {
    private final InteropIssuer issuer = OidcProvider.getDpopNonces();

    private AsyncOpenIdClient client(String id) {
        return connect(issuer, id).withDpop(new Dpop(SigningKey.generate()));
    }

    @ParameterizedTest(name = "the nonces of server and resource are learned on the way by the client {0}")
    @ValueSource(strings = {"public", "basic"})
    void nonces(String id) {
        var client = client(id);
        var tokens = signIn(client, OidcProvider.browser());
        assertEquals("alice", await(client.userInfo(tokens)).getSubject());
        assertEquals(200, await(client.resource(issuer.getResource(), tokens)).getStatus());
    }

    @Test
    @DisplayName("a pushed request is repeated with the nonce")
    void pushed() {
        var client = client("public");
        var request = await(client.push(signInRequest(client)));
        assertTrue(signIn(client, OidcProvider.browser(), request).isSenderConstrained());
    }

    @Test
    @DisplayName("many calls at once share one key and its nonces")
    void concurrent() {
        var client = client("service");
        var calls = Stream.generate(() -> client.clientCredentialsGrant(request ->
                                request.resource(issuer.getResource()).scope("orders:read"))
                        .thenCompose(tokens -> client.resource(issuer.getResource(), tokens)))
                .limit(20)
                .toList();
        for (var call : calls) {
            assertEquals(200, await(call).getStatus());
        }
    }
}
