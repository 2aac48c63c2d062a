package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.callback;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.client.ClientSettings;
import dev.openidclient.error.ValidationException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code response_type=id_token}. */
@WithOidcProvider
class ImplicitIT {
    private final AsyncOpenIdClient client =
            connect(OidcProvider.getEverything(), "implicit", ClientSettings::useIdTokenResponseType);

    private AuthorizationRequest request(String mode) {
        return client.authorizationRequest(request ->
                request.redirectUri(Application.CALLBACK).scope("openid").responseMode(mode));
    }

    @ParameterizedTest(name = "an ID Token comes by {0}")
    @ValueSource(strings = {"form_post", "fragment"})
    void signIn(String mode) {
        var request = request(mode);
        var claims =
                await(client.implicitAuthentication(callback(OidcProvider.browser(), request), request.getPending()));
        assertEquals("alice", claims.getSubject());
    }

    @Test
    @DisplayName("state and nonce are checked as the caller says")
    void manualChecks() {
        var request = request("form_post");
        var callback = callback(OidcProvider.browser(), request);
        var state = request.getPending().getState();
        var nonce = request.getPending().getNonce();
        assertEquals(
                "alice",
                await(client.implicitAuthentication(callback, nonce, state)).getSubject());
        failure(ValidationException.class, client.implicitAuthentication(callback, "another-nonce", state));
        failure(ValidationException.class, client.implicitAuthentication(callback, nonce, "another-state"));
    }

    @Test
    @DisplayName("an ID Token whose signature was changed is refused")
    void tampered() {
        var request = request("form_post");
        var parameters = callback(OidcProvider.browser(), request).getParameters();
        var forged = Tampering.withOtherSignature(parameters.get("id_token"));
        var tampered = AuthorizationCallback.formPost(Application.CALLBACK, parameters.with("id_token", forged));
        failure(ValidationException.class, client.implicitAuthentication(tampered, request.getPending()));
    }
}
