package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.person;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationCodeChecks;
import dev.openidclient.authorization.Pkce;
import dev.openidclient.error.InvalidResponseException;
import dev.openidclient.error.ValidationException;
import dev.openidclient.http.Parameters;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** State, nonce and PKCE in the caller's own hands. */
@ForEachServer
class ManualChecksIT {
    @Parameter
    private SignInServer server;

    private final String state = AsyncOpenIdClient.randomState();
    private final String nonce = AsyncOpenIdClient.randomNonce();
    private final Pkce pkce = Pkce.generate();
    private final Parameters request = request();

    private Parameters request() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("redirect_uri", Application.CALLBACK);
        parameters.put("scope", "openid");
        parameters.put("state", state);
        parameters.put("nonce", nonce);
        parameters.put("code_challenge", pkce.getCodeChallenge());
        parameters.put("code_challenge_method", pkce.getCodeChallengeMethod());
        return Parameters.of(parameters);
    }

    private String callbackOf(String authorizationUrl) {
        return server.browser().signIn(authorizationUrl, Application.CALLBACK).url();
    }

    @Test
    @DisplayName("a person signs in with the checks that the caller made")
    void signIn() {
        var client = connect(server);
        var checks = new AuthorizationCodeChecks();
        checks.expectedState(state);
        checks.expectedNonce(nonce);
        checks.pkceCodeVerifier(pkce.getCodeVerifier());
        var callback = URI.create(callbackOf(client.authorizationUrl(request)));
        assertEquals("alice", person(await(client.authorizationCodeGrant(callback, checks))));
    }

    @Test
    @DisplayName("a state that nobody expects is refused")
    void unexpectedState() {
        var client = connect(server);
        var checks = new AuthorizationCodeChecks();
        checks.pkceCodeVerifier(pkce.getCodeVerifier());
        var callback = callbackOf(client.authorizationUrl(request));
        failure(ValidationException.class, client.authorizationCodeGrant(callback, checks));
    }

    @Test
    @DisplayName("an ID Token that is expected must come")
    void missingIdToken() {
        var client = connect(server);
        var checks = new AuthorizationCodeChecks().skipStateCheck().idTokenExpected();
        checks.pkceCodeVerifier(pkce.getCodeVerifier());
        var callback = callbackOf(
                client.authorizationUrl(request.with("scope", "email").without("nonce")));
        failure(InvalidResponseException.class, client.authorizationCodeGrant(callback, checks));
    }
}
