package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.client.ClientSettings;
import dev.openidclient.error.DecryptionException;
import dev.openidclient.error.OAuthException;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 9701. */
@WithOidcProvider
class SignedIntrospectionIT {
    private final InteropIssuer issuer = OidcProvider.getEverything();

    private String token(AsyncOpenIdClient client) {
        return await(client.clientCredentialsGrant(
                        request -> request.resource(issuer.getResource()).scope("orders:read")))
                .getAccessToken();
    }

    @ParameterizedTest(name = "the answer is a JWT that is signed with {0}")
    @MethodSource("dev.openidclient.integration.ClientKeys#everyFamily")
    void signed(String algorithm) {
        var id = "introspection-" + algorithm.toLowerCase(Locale.ROOT);
        var client = connect(issuer, id, ClientSettings::nonRepudiationChecks);
        assertEquals("orders:read", await(client.introspect(token(client))).getScope());
    }

    @Test
    @DisplayName("the answer is signed and encrypted")
    void encrypted() {
        var client = connect(
                issuer,
                "introspection-encrypted",
                settings -> settings.nonRepudiationChecks().decryption(ClientKeys.decryption("p256-enc")));
        assertEquals("orders:read", await(client.introspect(token(client))).getScope());
    }

    @Test
    @DisplayName("an answer that is encrypted for another key is refused")
    void otherKey() {
        var client = connect(
                issuer,
                "introspection-encrypted",
                settings -> settings.decryption(ClientKeys.decryption("x25519-enc")));
        failure(DecryptionException.class, client.introspect(token(client)));
    }

    @Test
    @DisplayName("an answer that must be signed is not taken as JSON")
    void unsigned() {
        var client = connect(
                issuer, "service", settings -> settings.metadata(it -> it.introspectionSignedResponseAlg("ES256")));
        failure(OAuthException.class, client.introspect("no-such-token"));
    }
}
