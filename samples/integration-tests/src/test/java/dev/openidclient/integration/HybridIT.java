package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.callback;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.person;
import static dev.openidclient.integration.Steps.signInRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.client.ClientSettings;
import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.ValidationException;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code response_type=code id_token}. */
@WithOidcProvider
class HybridIT {
    private final AsyncOpenIdClient client =
            connect(OidcProvider.getEverything(), "hybrid", ClientSettings::useCodeIdTokenResponseType);

    @ParameterizedTest(name = "a code and an ID Token come by {0}")
    @ValueSource(strings = {"form_post", "fragment"})
    void signIn(String mode) {
        var tokens = Steps.signIn(client, OidcProvider.browser(), request -> request.responseMode(mode));
        assertEquals("alice", person(tokens));
    }

    @ParameterizedTest(name = "an ID Token that is signed with {0} comes with the code")
    @MethodSource("dev.openidclient.integration.ClientKeys#everyFamily")
    void family(String algorithm) {
        var id = "hybrid-" + algorithm.toLowerCase(Locale.ROOT);
        var client = connect(OidcProvider.getEverything(), id, ClientSettings::useCodeIdTokenResponseType);
        var request = signInRequest(client, it -> it.responseMode("form_post"));
        var callback = callback(OidcProvider.browser(), request);
        assertEquals(algorithm, Tampering.algorithmOf(callback.getParameters().get("id_token")));
        assertEquals("alice", person(await(client.authorizationCodeGrant(callback, request.getPending()))));
    }

    @Test
    @DisplayName("a code that the ID Token does not belong to is refused")
    void swappedCode() {
        var request = signInRequest(client, it -> it.responseMode("form_post"));
        var parameters = callback(OidcProvider.browser(), request).getParameters();
        var swapped = AuthorizationCallback.formPost(Application.CALLBACK, parameters.with("code", "another-code"));
        var refused = failure(ValidationException.class, client.authorizationCodeGrant(swapped, request.getPending()));
        assertEquals(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, refused.getCode());
    }

    @Test
    @DisplayName("an ID Token whose signature was changed is refused")
    void tampered() {
        var request = signInRequest(client, it -> it.responseMode("form_post"));
        var parameters = callback(OidcProvider.browser(), request).getParameters();
        var forged = Tampering.withOtherSignature(parameters.get("id_token"));
        var tampered = AuthorizationCallback.formPost(Application.CALLBACK, parameters.with("id_token", forged));
        failure(ValidationException.class, client.authorizationCodeGrant(tampered, request.getPending()));
    }
}
