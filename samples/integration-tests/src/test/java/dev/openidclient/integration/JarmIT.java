package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.callback;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.person;
import static dev.openidclient.integration.Steps.signIn;
import static dev.openidclient.integration.Steps.signInRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.client.ClientSettings;
import dev.openidclient.error.AuthorizationResponseException;
import dev.openidclient.error.ValidationException;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signed and encrypted authorization responses (JARM). */
@WithOidcProvider
class JarmIT {
    private final InteropIssuer issuer = OidcProvider.getEverything();

    private AsyncOpenIdClient signed() {
        return connect(issuer, "jarm", ClientSettings::useJwtResponseMode);
    }

    @ParameterizedTest(name = "a response that is signed with {0} is taken")
    @MethodSource("dev.openidclient.integration.ClientKeys#everyFamily")
    void family(String algorithm) {
        var id = "jarm-" + algorithm.toLowerCase(Locale.ROOT);
        var client = connect(issuer, id, ClientSettings::useJwtResponseMode);
        var request = signInRequest(client);
        var callback = callback(OidcProvider.browser(), request);
        assertEquals(algorithm, Tampering.algorithmOf(callback.getParameters().get("response")));
        assertEquals("alice", person(await(client.authorizationCodeGrant(callback, request.getPending()))));
    }

    @Test
    @DisplayName("a response that is encrypted for an elliptic-curve key is taken")
    void ecdh() {
        var client = connect(
                issuer,
                "jarm-encrypted-ecdh",
                settings -> settings.useJwtResponseMode().decryption(ClientKeys.decryption("p256-enc")));
        assertEquals("alice", person(signIn(client, OidcProvider.browser())));
    }

    @ParameterizedTest(name = "a signed response comes by {0}")
    @ValueSource(strings = {"jwt", "query.jwt", "form_post.jwt", "fragment.jwt"})
    void signed(String mode) {
        assertEquals("alice", person(signIn(signed(), OidcProvider.browser(), request -> request.responseMode(mode))));
    }

    @ParameterizedTest(name = "a response that is signed and encrypted comes by {0}")
    @ValueSource(strings = {"jwt", "query.jwt", "form_post.jwt", "fragment.jwt"})
    void encrypted(String mode) {
        var client = connect(
                issuer,
                "jarm-encrypted",
                settings -> settings.useJwtResponseMode().decryption(ClientKeys.decryption("rsa-enc", "RSA-OAEP-256")));
        assertEquals("alice", person(signIn(client, OidcProvider.browser(), request -> request.responseMode(mode))));
    }

    @Test
    @DisplayName("a person who refuses is reported from inside the JWT")
    void denied() {
        var client = signed();
        var request = signInRequest(client);
        var callback = SignInSteps.received(OidcProvider.browser().denyConsent(request.getUrl(), Application.CALLBACK));
        var refused = failure(
                AuthorizationResponseException.class, client.authorizationCodeGrant(callback, request.getPending()));
        assertEquals("access_denied", refused.getError());
    }

    @Test
    @DisplayName("a response whose signature was changed is refused")
    void tampered() {
        var client = signed();
        var request = signInRequest(client);
        var parameters = callback(OidcProvider.browser(), request).getParameters();
        var forged = Tampering.withOtherSignature(parameters.get("response"));
        var tampered = AuthorizationCallback.parameters(parameters.with("response", forged));
        failure(ValidationException.class, client.authorizationCodeGrant(tampered, request.getPending()));
    }
}
