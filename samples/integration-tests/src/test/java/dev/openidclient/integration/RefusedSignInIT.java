package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.callback;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.person;
import static dev.openidclient.integration.Steps.signInRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.authorization.AuthorizationCodeChecks;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.authorization.Pkce;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.clientauth.ClientSecretPost;
import dev.openidclient.error.AuthorizationResponseException;
import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.OAuthException;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.error.ValidationException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@ForEachServer
record RefusedSignInIT(SignInServer server) {
    @Test
    @DisplayName("a person who refuses is reported as access_denied")
    void accessDenied() {
        var client = connect(server, server.getPublicClient());
        var request = signInRequest(client);
        var callback = SignInSteps.received(server.browser().denyConsent(request.getUrl(), Application.CALLBACK));
        var refused = failure(
                AuthorizationResponseException.class, client.authorizationCodeGrant(callback, request.getPending()));
        assertEquals("access_denied", refused.getError());
        assertEquals(ErrorCode.AUTHORIZATION_RESPONSE_ERROR, refused.getCode());
    }

    @Test
    @DisplayName("a wrong client secret in the body is refused")
    void wrongSecretInTheBody() {
        var client = connect(
                server,
                server.getPostClient(),
                settings -> settings.authentication(new ClientSecretPost("wrong-secret")));
        var request = signInRequest(client);
        var refused = failure(
                ResponseBodyException.class,
                client.authorizationCodeGrant(callback(server.browser(), request), request.getPending()));
        assertEquals("invalid_client", refused.getError());
        assertEquals(401, refused.getStatus());
    }

    @Test
    @DisplayName("a wrong client secret in the header is refused")
    void wrongSecretInTheHeader() {
        var client = connect(
                server,
                server.getConfidentialClient(),
                settings -> settings.authentication(new ClientSecretBasic("wrong-secret")));
        var request = signInRequest(client);
        var refused = failure(
                OAuthException.class,
                client.authorizationCodeGrant(callback(server.browser(), request), request.getPending()));
        assertFalse(refused.getMessage().contains("wrong-secret"));
    }

    @Test
    @DisplayName("a code is taken once")
    void replayedCode() {
        var client = connect(server);
        var request = signInRequest(client);
        var callback = callback(server.browser(), request);
        assertEquals("alice", person(await(client.authorizationCodeGrant(callback, request.getPending()))));
        var refused =
                failure(ResponseBodyException.class, client.authorizationCodeGrant(callback, request.getPending()));
        assertEquals("invalid_grant", refused.getError());
    }

    @Test
    @DisplayName("a callback with another state is not exchanged")
    void otherState() {
        var client = connect(server);
        var request = signInRequest(client);
        var url =
                server.browser().signIn(request.getUrl(), Application.CALLBACK).url();
        var tampered = url.replace(request.getPending().getState(), "another-state");
        var refused = failure(ValidationException.class, client.authorizationCodeGrant(tampered, request.getPending()));
        assertEquals(ErrorCode.INVALID_RESPONSE, refused.getCode());
        // the code is still good, so it was not sent
        assertEquals("alice", person(await(client.authorizationCodeGrant(url, request.getPending()))));
    }

    @Test
    @DisplayName("an ID Token with another nonce is refused")
    void otherNonce() {
        var client = connect(server);
        var request = signInRequest(client);
        var checks = checks(request.getPending());
        checks.expectedNonce("another-nonce");
        var refused = failure(
                ValidationException.class, client.authorizationCodeGrant(callback(server.browser(), request), checks));
        assertEquals(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, refused.getCode());
    }

    @Test
    @DisplayName("the server refuses another code verifier")
    void otherVerifier() {
        var client = connect(server);
        var request = signInRequest(client);
        var checks = checks(request.getPending());
        checks.pkceCodeVerifier(Pkce.generate().getCodeVerifier());
        var refused = failure(
                ResponseBodyException.class,
                client.authorizationCodeGrant(callback(server.browser(), request), checks));
        assertEquals("invalid_grant", refused.getError());
    }

    @Test
    @DisplayName("a callback that names another issuer is refused")
    void otherIssuer() {
        var client = connect(server);
        var request = signInRequest(client);
        var mixedUp = callback(server.browser(), request).getParameters().with("iss", "https://another.example.com");
        var refused = failure(
                ValidationException.class,
                client.authorizationCodeGrant(AuthorizationCallback.parameters(mixedUp), request.getPending()));
        assertEquals(ErrorCode.INVALID_RESPONSE, refused.getCode());
    }

    @Test
    @DisplayName("what another client of the server has pending is refused")
    void otherClient() {
        var request = signInRequest(connect(server, server.getPublicClient()));
        var callback = callback(server.browser(), request);
        var refused = failure(
                ValidationException.class, connect(server).authorizationCodeGrant(callback, request.getPending()));
        assertEquals(ErrorCode.INVALID_RESPONSE, refused.getCode());
    }

    private static AuthorizationCodeChecks checks(PendingAuthorization pending) {
        var checks = new AuthorizationCodeChecks();
        checks.expectedState(pending.getState());
        checks.expectedNonce(pending.getNonce());
        checks.pkceCodeVerifier(pending.getCodeVerifier());
        return checks;
    }
}
