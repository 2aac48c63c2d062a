package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.callback;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.person;
import static dev.openidclient.integration.Steps.signIn;
import static dev.openidclient.integration.Steps.signInRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.openidclient.client.ClientSettings;
import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.ValidationException;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures are verified with the keys of the server, downloaded as they are needed, or with the client secret. */
@WithOidcProvider
class IdTokenAlgorithmsIT {
    private final InteropIssuer issuer = OidcProvider.getEverything();

    @ParameterizedTest(name = "an ID Token signed with {0} is verified")
    @ValueSource(
            strings = {
                "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"
            })
    void verified(String algorithm) {
        var client = connect(issuer, id(algorithm), ClientSettings::nonRepudiationChecks);
        var tokens = signIn(client, OidcProvider.browser());
        assertEquals("alice", person(tokens));
        assertEquals(algorithm, Tampering.algorithmOf(tokens.getIdToken()));
    }

    @ParameterizedTest(name = "an ID Token with an HMAC of the client secret, {0}, is verified")
    @ValueSource(strings = {"HS256", "HS384", "HS512"})
    void hmac(String algorithm) {
        var tokens = signIn(connect(issuer, id(algorithm)), OidcProvider.browser());
        assertEquals("alice", person(tokens));
        assertEquals(algorithm, Tampering.algorithmOf(tokens.getIdToken()));
    }

    @Test
    @DisplayName("an ID Token with another algorithm than the registered one is refused")
    void otherAlgorithm() {
        var client = connect(
                issuer, "id-token-rs256", settings -> settings.metadata(it -> it.idTokenSignedResponseAlg("ES256")));
        var request = signInRequest(client);
        var refused = failure(
                ValidationException.class,
                client.authorizationCodeGrant(callback(OidcProvider.browser(), request), request.getPending()));
        assertEquals(ErrorCode.INVALID_RESPONSE, refused.getCode());
    }

    private static String id(String algorithm) {
        return "id-token-" + algorithm.toLowerCase(Locale.ROOT);
    }
}
