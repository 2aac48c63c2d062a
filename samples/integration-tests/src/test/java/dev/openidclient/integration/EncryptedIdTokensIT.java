package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.callback;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.person;
import static dev.openidclient.integration.Steps.signIn;
import static dev.openidclient.integration.Steps.signInRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.openidclient.error.DecryptionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A signed ID Token inside a JWE, for every kind of key and all content encryptions. */
@WithOidcProvider
class EncryptedIdTokensIT {
    private final InteropIssuer issuer = OidcProvider.getEverything();

    @ParameterizedTest(name = "the client {0} opens its ID Token with the key {1}")
    @CsvSource({
        "id-token-rsa-oaep,rsa-enc,RSA-OAEP",
        "id-token-rsa-oaep-256,rsa-enc,RSA-OAEP-256",
        "id-token-ecdh-p256,p256-enc,",
        "id-token-ecdh-p384,p384-enc,",
        "id-token-ecdh-p521,p521-enc,",
        "id-token-ecdh-x25519,x25519-enc,",
    })
    void opened(String id, String key, String algorithm) {
        var client = connect(
                issuer,
                id,
                settings -> settings.nonRepudiationChecks().decryption(ClientKeys.decryption(key, algorithm)));
        var tokens = signIn(client, OidcProvider.browser());
        assertEquals("alice", person(tokens));
        assertEquals(5, tokens.getIdToken().split("\\.").length);
    }

    @Test
    @DisplayName("an ID Token for another key is refused")
    void otherKey() {
        var client = connect(
                issuer, "id-token-ecdh-p256", settings -> settings.decryption(ClientKeys.decryption("x25519-enc")));
        var request = signInRequest(client);
        failure(
                DecryptionException.class,
                client.authorizationCodeGrant(callback(OidcProvider.browser(), request), request.getPending()));
    }
}
