package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static dev.openidclient.async.StubServer.CLIENT_ID;
import static dev.openidclient.async.StubServer.SUBJECT;
import static dev.openidclient.async.StubServer.TOKENS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.client.AccessRequestBuilder;
import dev.openidclient.error.InvalidResponseException;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.error.UnsupportedFeatureException;
import dev.openidclient.error.ValidationException;
import dev.openidclient.token.TokenResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TokensTest {
    private static final String USER = "{\"sub\":\"" + SUBJECT + "\",\"email\":\"jane@example.com\"}";

    private final StubServer server = new StubServer();
    private final AsyncOpenIdClient client = server.client();

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private TokenResponse signedIn() throws Exception {
        server.answer("/token", 200, server.tokensWithIdToken(""));
        return success(client.grant("urn:example:sign-in"));
    }

    @Test
    @DisplayName("client credentials are exchanged, with parameters and without")
    void clientCredentials() throws Exception {
        server.answer("/token", 200, TOKENS);

        var tokens = success(client.clientCredentialsGrant(
                request -> request.scope("orders:read").resource("https://api.example.com")));

        var sent = server.lastTo("/token").form;
        assertEquals("the-access-token", tokens.getAccessToken());
        assertEquals(Duration.ofHours(1), tokens.getExpiresIn());
        assertEquals(Duration.ZERO, tokens.remainingLifetime(Clock.offset(Clock.systemUTC(), Duration.ofHours(2))));
        assertFalse(tokens.isExpiring(Duration.ofMinutes(30)));
        assertTrue(tokens.isExpiring(Duration.ofMinutes(90)));
        assertEquals("client_credentials", sent.get("grant_type"));
        assertEquals("orders:read", sent.get("scope"));
        assertEquals(CLIENT_ID, sent.get("client_id"));
        assertEquals("bearer", success(client.clientCredentialsGrant()).getTokenType());
    }

    @Test
    @DisplayName("one piece of configuration serves every kind of request")
    void sharedConfiguration() throws Exception {
        server.answer("/token", 200, TOKENS);
        Consumer<AccessRequestBuilder<?>> common = request -> request.scope("a").parameter("tenant", "b");

        success(client.clientCredentialsGrant(common));

        assertEquals("b", server.lastTo("/token").form.get("tenant"));
        assertEquals("b", client.authorizationRequest(common).getParameters().get("tenant"));
    }

    @Test
    @DisplayName("client credentials fail with the server's error")
    void clientCredentialsFail() {
        server.answer("/token", 401, "{\"error\":\"invalid_client\",\"error_description\":\"who?\"}");

        var refused = failure(ResponseBodyException.class, client.clientCredentialsGrant());

        assertEquals(401, refused.getStatus());
        assertEquals("invalid_client", refused.getError());
    }

    @Test
    @DisplayName("any grant is sent, with parameters and without")
    void anyGrant() throws Exception {
        server.answer("/token", 200, TOKENS);

        success(client.grant("urn:example:own", request -> request.parameter("voucher", "x")));

        assertEquals("urn:example:own", server.lastTo("/token").form.get("grant_type"));
        assertEquals("x", server.lastTo("/token").form.get("voucher"));
        assertEquals(
                "the-access-token", success(client.grant("urn:example:own")).getAccessToken());
    }

    @Test
    @DisplayName("a grant fails the future for a wrong argument, a reserved parameter, an unknown token type")
    void anyGrantFails() {
        failure(IllegalArgumentException.class, client.grant(""));
        failure(
                IllegalArgumentException.class,
                client.grant("urn:example:own", request -> request.parameter("grant_type", "other")));
        assertTrue(server.received.isEmpty());
        server.answer("/token", 200, "{\"access_token\":\"a\",\"token_type\":\"mac\"}");
        failure(UnsupportedFeatureException.class, client.grant("urn:example:own"));
    }

    @Test
    @DisplayName("tokens are refreshed, with parameters and without")
    void refreshes() throws Exception {
        var tokens = signedIn();
        server.answer("/token", 200, TOKENS);

        var refreshed = success(client.refreshTokenGrant(tokens));

        assertEquals("the-refresh-token", server.lastTo("/token").form.get("refresh_token"));
        assertEquals("the-refresh-token", refreshed.getRefreshToken());
        success(client.refreshTokenGrant(tokens, request -> request.scope("less")));
        assertEquals("less", server.lastTo("/token").form.get("scope"));
    }

    @Test
    @DisplayName("a refresh token alone is refreshed, with parameters and without")
    void refreshesAToken() throws Exception {
        server.answer("/token", 200, TOKENS);

        success(client.refreshTokenGrant("mine"));

        assertEquals("mine", server.lastTo("/token").form.get("refresh_token"));
        success(client.refreshTokenGrant("mine", request -> request.scope("less")));
        assertEquals("less", server.lastTo("/token").form.get("scope"));
    }

    @Test
    @DisplayName("a refresh fails for tokens without a refresh token, an empty one, and a refusal")
    void refreshFails() throws Exception {
        server.answer("/token", 200, TOKENS);
        var tokens = success(client.clientCredentialsGrant());

        failure(IllegalArgumentException.class, client.refreshTokenGrant(tokens));
        failure(IllegalArgumentException.class, client.refreshTokenGrant(""));
        server.answer("/token", 400, "{\"error\":\"invalid_grant\"}");
        failure(ResponseBodyException.class, client.refreshTokenGrant("used"));
    }

    @Test
    @DisplayName("UserInfo comes for tokens and for an access token, and composes as a method reference")
    void userInfo() throws Exception {
        server.answer("/token", 200, server.tokensWithIdToken("")).answer("/userinfo", 200, USER);

        var user = success(client.grant("urn:example:sign-in").thenCompose(client::userInfo));

        assertEquals("jane@example.com", user.getEmail());
        assertEquals("Bearer the-access-token", server.lastTo("/userinfo").header("Authorization"));
        assertEquals(
                SUBJECT, success(client.userInfo("an-access-token", SUBJECT)).getSubject());
        assertEquals(
                SUBJECT,
                success(client.userInfoWithoutSubjectCheck("an-access-token")).getSubject());
    }

    @Test
    @DisplayName("UserInfo about another person is refused")
    void userInfoOfAnother() throws Exception {
        var tokens = signedIn();
        server.answer("/userinfo", 200, "{\"sub\":\"mallory\"}");

        failure(ValidationException.class, client.userInfo(tokens));
        failure(ValidationException.class, client.userInfo("an-access-token", SUBJECT));
    }

    @Test
    @DisplayName("UserInfo fails for tokens without an ID Token, an empty access token, and a document without sub")
    void userInfoFails() throws Exception {
        server.answer("/token", 200, TOKENS).answer("/userinfo", 200, "{}");
        var tokens = success(client.clientCredentialsGrant());

        failure(IllegalArgumentException.class, client.userInfo(tokens));
        failure(IllegalArgumentException.class, client.userInfoWithoutSubjectCheck(""));
        failure(InvalidResponseException.class, client.userInfoWithoutSubjectCheck("an-access-token"));
    }
}
